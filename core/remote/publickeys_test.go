package remote_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/http"
	"testing"
)

func TestOnlyPublicKeysAreTaken(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	point, err := key.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	private, err := key.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	public := fmt.Sprintf(`"kty":"EC","crv":"P-256","x":%q,"y":%q`, encode(point[1:33]), encode(point[33:]))
	secret := fmt.Sprintf(`"kty":"oct","alg":"HS256","k":%q`, encode(append(private, 'x')))
	for _, c := range []struct {
		media, body string
		status      int
		keys        int
	}{
		{"application/json", `{"keys":[{` + public + `}]}`, 200, 1},
		{"application/jwk-set+json", `{"keys":[{` + public + `,"kid":"a"},{` + public + `,"kid":"b"}],"x":1}`, 200, 2},
		{"application/json", `{"keys":[{` + public + `,"d":"` + encode(private) + `"}]}`, 200, 0},
		{"application/json", `{"keys":[{` + public + `},{` + secret + `}]}`, 200, 0},
		{"application/json", `{"keys":[{` + public + `},{` + secret + `,"key_ops":["verify"]}]}`, 200, 0},
		{"application/json", `{"keys":[]}`, 200, 0},
		{"application/json", `{"keys":[{` + public + `}],"keys":[]}`, 200, 0},
		{"text/html", `{"keys":[{` + public + `}]}`, 200, 0},
		{"application/json", `{"keys":[{` + public + `}]}`, 201, 0},
	} {
		u := newUpstream(t, saysAs(c.media, c.status, c.body))
		keys, err := newClient(t, u.URL).Keys(t.Context())
		if len(keys) != c.keys {
			t.Errorf("%s: %v, %v", c.body, keys, err)
		}
		if c.keys == 0 {
			wantError(t, err, http.StatusServiceUnavailable, "")
		}
		if s := u.seen()[0]; s.path != "/.well-known/jwks.json" || s.header.Get("Authorization") != "" {
			t.Errorf("asked %+v", s)
		}
	}
}
