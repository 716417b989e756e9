package interop_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"maps"
	"sync"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/token"
)

// keys are one algorithm's, in the words of both sides.
type keys struct {
	ours    auth.Signing
	public  auth.Secret // of a pair
	signs   simplejwt   // Django mints and verifies
	checks  simplejwt   // Django verifies only
	another auth.Secret // that Django does not know
}

// allKeys are made once: an RSA key takes long.
var allKeys = sync.OnceValue(func() map[token.Algorithm]keys {
	return map[token.Algorithm]keys{
		token.HS256: secrets(),
		token.RS256: pairs(token.RS256, func() (any, any) {
			k, err := rsa.GenerateKey(rand.Reader, 2048)
			must(err)
			return k, k.Public()
		}),
		token.ES256: pairs(token.ES256, func() (any, any) {
			k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
			must(err)
			return k, k.Public()
		}),
	}
})

func secrets() keys {
	secret := rand.Text() + rand.Text()
	shared := simplejwt{"ALGORITHM": "HS256", "SIGNING_KEY": secret}
	return keys{
		ours:  auth.Signing{Algorithm: token.HS256, Key: auth.Secret(secret)},
		signs: shared, checks: shared,
		another: auth.Secret(rand.Text() + rand.Text()),
	}
}

func pairs(alg token.Algorithm, generate func() (private, public any)) keys {
	k, public := generate()
	other, _ := generate()
	private, verifying := privatePEM(k), publicPEM(public)
	return keys{
		ours:    auth.Signing{Algorithm: alg, Key: auth.Secret(private)},
		signs:   simplejwt{"ALGORITHM": alg, "SIGNING_KEY": private, "VERIFYING_KEY": verifying},
		checks:  simplejwt{"ALGORITHM": alg, "VERIFYING_KEY": verifying},
		public:  auth.Secret(verifying),
		another: auth.Secret(privatePEM(other)),
	}
}

func privatePEM(k any) string {
	der, err := x509.MarshalPKCS8PrivateKey(k)
	must(err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func publicPEM(k any) string {
	der, err := x509.MarshalPKIXPublicKey(k)
	must(err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

// must panics at what can only fail without randomness.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// parties are who issues tokens and whom they are for, in the words of both sides.
type parties struct {
	issuer   string
	audience []string
	theirs   simplejwt
}

// nobody and everybody are the names of parties that no setting names, and that all do.
const (
	nobody    = "no issuer, no audience"
	everybody = "an issuer and two audiences"
)

var allParties = map[string]parties{
	nobody:        {},
	"an issuer":   {issuer: "https://auth.example.com", theirs: simplejwt{"ISSUER": "https://auth.example.com"}},
	"an audience": {audience: []string{"shop"}, theirs: simplejwt{"AUDIENCE": "shop"}},
	everybody: {
		issuer: "https://auth.example.com", audience: []string{"shop", "bank"},
		theirs: simplejwt{"ISSUER": "https://auth.example.com", "AUDIENCE": []string{"bank", "shop"}},
	},
}

// named returns the keys with parties.
func (k keys) named(p parties) keys {
	k.ours.Issuer, k.ours.Audience = p.issuer, p.audience
	k.signs, k.checks = with(k.signs, p.theirs), with(k.checks, p.theirs)
	return k
}

// eachSigning runs a test for each algorithm with each of some parties, in parallel.
func eachSigning(t *testing.T, names []string, test func(t *testing.T, k keys)) {
	t.Helper()
	needDjango(t)
	for alg, k := range allKeys() {
		for _, name := range names {
			k := k.named(allParties[name])
			t.Run(string(alg)+", "+name, func(t *testing.T) {
				t.Parallel()
				test(t, k)
			})
		}
	}
}

// with returns settings with more of them.
func with(settings, more simplejwt) simplejwt {
	all := maps.Clone(settings)
	maps.Copy(all, more)
	return all
}
