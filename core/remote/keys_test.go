package remote

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/token"
)

func TestKeysAreFetchedWhenTheyAreNeeded(t *testing.T) {
	withKeyServer(t, func(_ *testing.T, s *keyServer) {
		s.fetched("before a token comes", 0)
		if n := s.atOnce(repeat(s.by("ES256", "a"), 50)...); n != 50 {
			s.t.Errorf("%d of 50 first requests are served", n)
		}
		s.fetched("50 first requests", 1)
		s.elapsed = keysFresh - 1
		s.want("later", s.by("ES256", ""), 200)
		if set, err := s.v.published.first(s.t.Context(), nil); set == nil || err != nil {
			s.t.Errorf("who saw no keys before gets %v, %v", set, err)
		}
		s.fetched("while the keys are fresh", 0)
	})
}

func TestEveryPublishedAlgorithmIsVerified(t *testing.T) {
	for _, alg := range asymmetrics {
		p := pairFor(alg)
		fetch := func(context.Context) ([]token.Key, error) {
			return token.ParseJWKSet([]byte(`{"keys":[` + jwkOf(t, published(t, "a", alg, p)) + `]}`))
		}
		// The key's own algorithm counts, not that of the settings.
		v, err := newVerifier(auth.Settings{Signing: auth.Signing{Algorithm: token.RS256}}, fetch, atT0)
		if err != nil {
			t.Fatal(err)
		}
		for _, kid := range []string{"a", ""} {
			if _, err := verify(t, v, mint(t, alg, p.private, kid, nil)); err != nil {
				t.Errorf("%s with kid %q: %v", alg, kid, err)
			}
			confused := mint(t, token.HS256, string(p.public), kid, nil)
			if _, err := verify(t, v, confused); !errors.Is(err, token.ErrInvalid) {
				t.Errorf("%s with kid %q: HS256 with its public key: %v", alg, kid, err)
			}
		}
	}
}

func TestANewKeyIsFetchedOnce(t *testing.T) {
	withKeyServer(t, func(_ *testing.T, s *keyServer) {
		s.want("first", s.by("ES256 former", "a"), 401)
		s.fetched("first", 1)
		s.publish("b", "ES256 former")
		old := s.v.published.set.Load()
		if n := s.atOnce(repeat(s.by("ES256 former", "b"), 50)...); n != 50 {
			s.t.Errorf("%d of 50 requests with a new key are served", n)
		}
		if set, err := s.v.published.newer(s.t.Context(), old); set == old || err != nil {
			s.t.Errorf("who saw the old keys only gets %v, %v", set, err)
		}
		s.fetched("50 requests with a new key", 1)
		s.want("the former key", s.by("ES256", "a"), 401)
		s.fetched("the former key, at once", 0)
	})
}

func TestARemovedKeyEndsWithTheNextFetch(t *testing.T) {
	withKeyServer(t, func(_ *testing.T, s *keyServer) {
		s.want("first", s.by("ES256", "a"), 200)
		s.publish("b", "ES256 former")
		s.elapsed = keysFresh
		s.want("the request that begins the fetch", s.by("ES256", "a"), 200)
		s.want("after it", s.by("ES256", "a"), 401)
		s.want("the new one", s.by("ES256 former", "b"), 200)
	})
}

func TestForgedKeyIDsMakeFewFetches(t *testing.T) {
	withKeyServer(t, func(_ *testing.T, s *keyServer) {
		s.want("first", s.by("ES256", "a"), 200)
		s.fetched("first", 1)
		var forged []string
		for i := range 100 {
			forged = append(forged, s.by("ES256 former", fmt.Sprint("x", i)), s.by("ES256 former", ""),
				mint(s.t, token.RS256, pairs()["RS"].private, "a", nil), mint(s.t, token.HS256, secret, "", nil))
		}
		for i := range 10 {
			s.elapsed = time.Duration(i) * (keysPause/2 + 1)
			if n := s.atOnce(forged...); n > 0 {
				s.t.Errorf("%d forged tokens are accepted", n)
			}
		}
		s.fetched("4000 forged tokens in 45 seconds", 5)
	})
}

func TestOnlyATokenThatNamesNoKnownKeyMakesAFetch(t *testing.T) {
	withKeyServer(t, func(_ *testing.T, s *keyServer) {
		s.want("first", s.by("ES256", "a"), 200)
		s.fetched("first", 1)
		for name, raw := range map[string]string{
			"bad signature":  s.by("ES256 former", "a"),
			"expired":        mint(s.t, token.ES256, pairs()["ES256"].private, "", map[string]any{"exp": 1}),
			"without expiry": mint(s.t, token.ES256, pairs()["ES256"].private, "a", map[string]any{"exp": "x"}),
			"garbage":        "garbage", "nothing": "",
		} {
			s.want(name, raw, 401)
			s.fetched(name, 0)
		}
		s.want("signed by a key that no token names", s.by("ES256 former", ""), 401)
		s.fetched("signed by a key that no token names", 1)
	})
}

func TestOldKeysServeWhileTheServerIsDown(t *testing.T) {
	withKeyServer(t, func(_ *testing.T, s *keyServer) {
		good := s.by("ES256", "a")
		s.want("first", good, 200)
		s.fetched("first", 1)
		for name, spoil := range map[string]func(){
			"down":     func() { s.err = errDown },
			"refusing": func() { s.err = auth.NewError(401, "x", "x") },
			"empty":    func() { s.set = `{"keys":[]}` },
			"garbage":  func() { s.set = `<html>` },
			"private":  func() { s.set = `{"keys":[` + privateJWK + `]}` },
			"secret":   func() { s.set = `{"keys":[` + secretJWK + `]}` },
			"a secret to verify with": func() {
				s.set = `{"keys":[` + strings.Replace(secretJWK, "{", `{"key_ops":["verify"],`, 1) + `]}`
			},
			"for another":  func() { s.set = `{"keys":[` + strings.Replace(publicJWK, `"sig"`, `"enc"`, 1) + `]}` },
			"twice":        func() { s.set = `{"keys":[` + publicJWK + `,` + publicJWK + `]}` },
			"nothing":      func() { s.keys = nil },
			"an empty key": func() { s.keys = []token.Key{{}} },
		} {
			s.elapsed += keysFresh
			s.publish("a", "ES256")
			s.want(name+" was not yet", good, 200)
			s.fetched(name+" was not yet", 1)
			spoil()
			s.elapsed += keysFresh
			for range 20 {
				s.want(name, good, 200)
			}
			s.fetched(name, 1)
			s.elapsed += keysPause
			s.want(name+", still", good, 200)
			s.want(name+", and an unknown key", s.by("ES256 former", "b"), 503)
			s.want(name+", and an unknown key again", s.by("ES256 former", "b"), 503)
			s.fetched(name+", still", 2)
			s.err, s.set = nil, ""
			s.publish("b", "ES256 former")
			s.elapsed += keysPause
			s.want(name+" is over", good, 200) // and begins the fetch
			s.want(name+" is over, the new key", s.by("ES256 former", "b"), 200)
			s.want(name+" is over, the former key", good, 401)
			s.publish("a", "ES256")
			s.elapsed += keysPause
			s.want(name+" is over, the former key is back", good, 200)
			s.fetches.Store(0)
		}
	})
}

const (
	publicJWK  = `{"kty":"OKP","crv":"Ed25519","use":"sig","kid":"p","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`
	privateJWK = `{"kty":"OKP","crv":"Ed25519","kid":"q","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",` +
		`"x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`
	secretJWK = `{"kty":"oct","alg":"HS256","kid":"s","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T"}`
)

func TestAKeyForAnotherUseIsPassedOver(t *testing.T) {
	withKeyServer(t, func(_ *testing.T, s *keyServer) {
		s.set = `{"keys":[` + strings.Replace(publicJWK, `"sig"`, `"enc"`, 1) + `,` + jwkOf(s.t, s.keys[0]) + `]}`
		s.want("the other key", s.by("ES256", "a"), 200)
		s.want("the key of another use", mint(s.t, token.EdDSA, pairs()["EdDSA"].private, "p", nil), 401)
	})
}
