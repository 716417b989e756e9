package example_test

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/authplug/authplug/core/token"
	"github.com/authplug/authplug/example/internal/httpclient"
)

// es256 is an auth-service that signs with a private key of development mode, and its public key as
// a JWK set and in PEM.
func es256(t *testing.T) (auth *program, jwks, publicPEM string) {
	t.Helper()
	p := newPlace(t, storeSQLite, "EASY_JWT_ALGORITHM=ES256", "ADDR="+freeAddr(t))
	auth = p.start()
	registerAnn(auth.client())
	text, err := os.ReadFile(p.dir + "/test.db.key")
	if err != nil {
		t.Fatal(err)
	}
	key, err := token.ParsePEM("", token.ES256, text)
	if err != nil {
		t.Fatal(err)
	}
	jwk, err := key.JWK()
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	private, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	signer, ok := private.(crypto.Signer)
	if !ok {
		t.Fatalf("the key is a %T", private)
	}
	der, err := x509.MarshalPKIXPublicKey(signer.Public())
	if err != nil {
		t.Fatal(err)
	}
	return auth, fmt.Sprintf(`{"keys":[%s]}`, jwk), string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

// servedWithout wants Ann to be served although the auth-service is gone.
func servedWithout(t *testing.T, auth *program, c *httpclient.Client) {
	t.Helper()
	ann := c.Login(annEmail, password)
	ann.Get("/api/whoami/").Want(200, whoAnn)
	ann.As(ann.Access[:len(ann.Access)-4]+"AAAA", "").Get("/api/test/").Want(401, "")
	auth.stop()
	ann.Get("/api/whoami/").Want(200, whoAnn)
}

func TestKeysOfAnotherServiceVerifyTokensHere(t *testing.T) {
	eachFramework(t, func(t *testing.T, framework string) {
		t.Run("published", func(t *testing.T) {
			auth, jwks, _ := es256(t)
			publisher := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				_, _ = fmt.Fprint(w, jwks)
			}))
			t.Cleanup(publisher.Close)
			c := newClientPlace(t, framework, storeMemory, modeLocal, "EASY_JWT_ALGORITHM=ES256",
				"EASY_JWT_REMOTE_AUTH_SERVICE_URL=http://"+auth.addr, "EASY_JWT_JWK_URL="+publisher.URL+"/keys").start().client()
			servedWithout(t, auth, c)
		})
		t.Run("given", func(t *testing.T) {
			auth, _, public := es256(t)
			file := filepath.Join(t.TempDir(), "public.pem")
			if err := os.WriteFile(file, []byte(public), 0o600); err != nil {
				t.Fatal(err)
			}
			c := newClientPlace(t, framework, storeMemory, modeLocal, "EASY_JWT_ALGORITHM=ES256",
				"EASY_JWT_REMOTE_AUTH_SERVICE_URL=http://"+auth.addr, "EASY_JWT_VERIFYING_KEY_FILE="+file).start().client()
			servedWithout(t, auth, c)
		})
	})
}
