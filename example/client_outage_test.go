package example_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/authplug/authplug/example/internal/httpclient"
)

// wantOutage wants an answer that says that the auth-service is down.
func wantOutage(t *testing.T, p httpclient.Reply) {
	t.Helper()
	p.Want(http.StatusServiceUnavailable, "")
	if p.Text("code") != "auth_service_unavailable" || p.Header.Get("Retry-After") == "" || p.Header.Get("WWW-Authenticate") != "" {
		t.Errorf("the answer is %v %s", p.Header, p.Body)
	}
}

// An outage is no refusal: nobody is logged out by one, and nobody has to restart anything after it.
func TestAnOutageOfTheAuthService(t *testing.T) {
	eachMode(t, func(t *testing.T, framework, mode string) {
		s := startServices(t, framework, mode)
		c := s.newClient
		ann := c.Login(annEmail, password)
		ann.Get("/api/test/").Want(200, "")
		s.authClient.Post("/auth/create-user/", credentials("bob@example.com", password)).Want(201, "")
		stranger := s.authClient.Login("bob@example.com", password)
		bob := c.As(stranger.Access, stranger.Refreshing) // whom the client-service has never seen

		s.authProgram.stop()
		wantOutage(t, c.Post("/auth/token/", credentials(annEmail, password)))
		wantOutage(t, ann.Refresh())
		c.Get("/readyz").Want(200, `{"status":"ok"}`)
		c.Get("/api/test/").Want(401, bodyNobody)
		c.Get("/api/maybe/").Want(200, `{"user_id":null}`)
		duringOutage(t, mode, ann, bob)
		c.Post("/auth/token/logout/", map[string]string{"refresh": bob.Refreshing}).Want(200, `{"detail":"Logged out."}`)

		s.startAuthService()
		waitFor(t, "the client-service to recover", func() bool {
			return c.Post("/auth/token/", credentials(annEmail, password)).Status == http.StatusOK
		})
		ann.Get("/api/test/").Want(200, "")
		ann.Refresh().Want(200, "")
		bob.Get("/api/test/").Want(200, "")
		if log := s.program.stop(); !strings.Contains(log, `"msg":"unavailable"`) {
			t.Errorf("the log tells no outage:\n%s", log)
		}
	})
}

// duringOutage says who is served by which mode.
func duringOutage(t *testing.T, mode string, ann, bob *httpclient.Client) {
	t.Helper()
	verified := ann.Post("/auth/token/verify/", map[string]string{"token": ann.Access})
	switch mode {
	case modeRemote:
		wantOutage(t, verified)
		wantOutage(t, ann.Get("/api/test/"))
		wantOutage(t, ann.Get("/api/maybe/"))
		wantOutage(t, bob.Get("/api/test/"))
	case modeHybrid: // the verdict on Ann's token is kept, for those who present it
		wantOutage(t, verified)
		ann.Get("/api/test/").Want(200, `"success"`)
		wantOutage(t, bob.Get("/api/test/"))
		ann.As(ann.Access+"x", "").Get("/api/test/").Want(401, "")
	case modeLocal:
		verified.Want(200, `{}`)
		ann.Get("/api/whoami/").Want(200, whoAnn)
		bob.Get("/api/test/").Want(200, `"success"`)
		ann.As(ann.Access+"x", "").Get("/api/test/").Want(401, "")
	}
}
