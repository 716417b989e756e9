package example_test

import (
	"strings"
	"testing"
)

func TestEncryptedTokensWorkAcrossServices(t *testing.T) {
	const ring = "EASY_JWT_ENCRYPT_KEY=l0bpQnGYQ3CDZ2vCiZCd1sWmkVrgzlWZPzzYmy5fR8M="
	eachMode(t, func(t *testing.T, framework, mode string) {
		s := startServices(t, framework, mode, ring)
		ann := s.newClient.Login(annEmail, password)
		if strings.Count(ann.Access, ".") != 4 {
			t.Errorf("the token is %s", ann.Access)
		}
		ann.Get("/api/whoami/").Want(200, whoAnn)
	})
	p := newPlace(t, "EASY_JWT_ENCRYPT_KEY=l0bpQnGYQ3CDZ2vCiZCd1sWmkVrgzlWZPzzYmy5fR8M=,c2VjcmV0")
	got := p.run("", "serve")
	if got.status != 2 || !strings.Contains(got.errOut, "EASY_JWT_ENCRYPT_KEY: jwe: bad key: key 1 is not base64") || strings.Contains(got.errOut, "c2Vj") {
		t.Errorf("%d %q", got.status, got.errOut)
	}
}
