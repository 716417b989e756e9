package example_test

import (
	"os"
	"strings"
	"testing"

	"github.com/authplug/authplug/example/internal/httpclient"
)

// whoAnn is what a client-service says of Ann, whom it knows as its first user.
const whoAnn = `{"user_id":1,"email":"ann@example.com","roles":[],"permissions":[],"is_staff":false,"is_superuser":false,` +
	`"stateless":false,"extra":{}}`

func TestAClientServiceLetsTheAuthServiceDecide(t *testing.T) {
	eachMode(t, func(t *testing.T, framework, mode string) {
		s := startServices(t, framework, mode, "LOG_LEVEL=debug", "EASY_JWT_ROTATE_REFRESH_TOKENS=true")
		c := s.newClient
		c.Get("/readyz").Want(200, `{"status":"ok"}`)
		c.Get("/healthz").Want(200, `{"status":"ok"}`)
		refusedLogins(t, c)
		ann := c.Login("Ann@example.com", password)
		secrets := []string{password, strings.TrimPrefix(strongKey, "EASY_JWT_SIGNING_KEY="), ann.Access, ann.Refreshing}
		protectedRoutes(t, ann, c)

		first := ann.As(ann.Access, ann.Refreshing)
		ann.Refresh().Want(200, "")
		secrets = append(secrets, ann.Access, ann.Refreshing)
		ann.Get("/api/whoami/").Want(200, whoAnn)
		c.Post("/auth/token/verify/", map[string]string{"token": ann.Access}).Want(200, `{}`)
		c.Post("/auth/token/verify/", map[string]string{"token": ann.Access + "x"}).Want(401, "")
		c.Post("/auth/token/logout/", map[string]string{"refresh": ann.Refreshing}).Want(200, `{"detail":"Logged out."}`)
		ann.Refresh().Want(401, bodyRevoked)
		first.Refresh().Want(401, bodyRevoked)

		log := s.program.stop() + s.authProgram.stop()
		for _, secret := range secrets {
			if strings.Contains(log, secret) {
				t.Errorf("a log holds %q:\n%s", secret, log)
			}
		}
		if !strings.Contains(log, `"route":"/api/whoami/"`) || !strings.Contains(log, `"msg":"user_mirrored"`) {
			t.Errorf("the logs say little:\n%s", log)
		}
		if _, err := os.Stat(s.place.dir + "/test.db.key"); err == nil {
			t.Error("a key was made where nothing is signed")
		}
	})
}

func refusedLogins(t *testing.T, c *httpclient.Client) {
	t.Helper()
	for _, email := range []string{annEmail, "nobody@example.com"} {
		refusal := c.Post("/auth/token/", credentials(email, "wrong horse 9")).Want(401, bodyLogin)
		if got := refusal.Header.Get("WWW-Authenticate"); got != "Bearer" {
			t.Errorf("challenge = %q", got)
		}
	}
	c.Post("/auth/token/", map[string]string{"email": annEmail}).Want(400, `{"password":["This field is required."]}`)
	for _, path := range []string{"user/", "create-user/", "password-change/", "token/blacklist/", "token/sliding/"} {
		c.Post("/auth/"+path, map[string]string{}).Want(404, `{"detail":"Not found."}`)
	}
}

func protectedRoutes(t *testing.T, ann, nobody *httpclient.Client) {
	t.Helper()
	refusal := nobody.Get("/api/test/").Want(401, bodyNobody)
	if got := refusal.Header.Get("WWW-Authenticate"); got != "Bearer" {
		t.Errorf("challenge = %q", got)
	}
	nobody.Get("/api/maybe/").Want(200, `{"user_id":null}`)
	ann.Get("/api/maybe/").Want(200, `{"user_id":1}`)
	ann.Get("/api/whoami/").Want(200, whoAnn)
	ann.Get("/api/test/").Want(200, `"success"`)
	ann.Post("/api/touch/", map[string]string{}).Want(200, `{"touched":1}`)
	ann.Get("/api/staff/").Want(403, bodyDenied)
	ann.Delete("/api/posts/1/").Want(403, bodyDenied)
	for _, bad := range []string{ann.Access + "x", "x", ann.Refreshing} {
		ann.As(bad, "").Get("/api/test/").Want(401, "")
		ann.As(bad, "").Get("/api/maybe/").Want(401, "")
	}
}

func TestSlidingTokensWorkThroughAClientService(t *testing.T) {
	eachMode(t, func(t *testing.T, framework, mode string) {
		c := startServices(t, framework, mode, "EASY_JWT_TOKEN_KIND=sliding", "EASY_JWT_AUTH_TOKEN_CLASSES=access,sliding").newClient
		first := c.Post("/auth/token/", credentials(annEmail, password)).Want(200, "").Text("token")
		c.As(first, "").Get("/api/whoami/").Want(200, whoAnn)
		second := c.Post("/auth/token/refresh/", map[string]string{"token": first}).Want(200, "").Text("token")
		c.As(second, "").Get("/api/whoami/").Want(200, whoAnn)
		c.Post("/auth/token/verify/", map[string]string{"token": second}).Want(200, `{}`)
		c.Post("/auth/token/logout/", map[string]string{"token": second}).Want(200, `{"detail":"Logged out."}`)
	})
}

func TestAStatelessClientServiceKnowsUsersByTheirRemoteIDs(t *testing.T) {
	eachMode(t, func(t *testing.T, framework, mode string) {
		s := startServices(t, framework, mode, "EASY_JWT_STATELESS=true", "EASY_JWT_ACCESS_TOKEN_CLAIMS=email,first_name,last_name")
		who := s.newClient.Login(annEmail, password).Get("/api/whoami/").Want(200, "")
		for _, text := range []string{`"user_id":2,`, `"email":"ann@example.com"`, `"stateless":true`} {
			if !strings.Contains(who.Body, text) {
				t.Errorf("whoami/ has no %s: %s", text, who.Body)
			}
		}
		s.program.stop()
		if users, err := openStore(t, s.place.dir+"/test.db").Users(t.Context(), "", 10); err != nil || len(users) != 0 {
			t.Errorf("users were mirrored: %v, %v", users, err)
		}
	})
}

// A local account may be made for an address that a mirrored user has; who is meant is said.
func TestSetuserTellsTwoOfOneAddressApart(t *testing.T) {
	s := startServices(t, frameworkGin)
	ann := s.newClient.Login(annEmail, password)
	s.place.must(password, "createuser", "--email", annEmail)
	got := s.place.must("", "setuser", "--email", annEmail, "--staff=true")
	if got.out != "changed user 2: "+annEmail+"\n" || !strings.Contains(got.errOut, "user 1, mirrored from http://127.0.0.1") {
		t.Errorf("setuser says %q and %q", got.out, got.errOut)
	}
	ann.Get("/api/staff/").Want(403, bodyDenied)
	s.place.must("", "setuser", "--email", annEmail, "--mirrored", "--active=false")
	ann.Get("/api/test/").Want(401, bodyInactive)
	if got := s.place.run("", "setuser", "--email", annEmail, "--mirrored"); got.status != 2 {
		t.Errorf("nothing to set: %+v", got)
	}
	if got := s.authPlace.run("", "setuser", "--email", annEmail, "--mirrored", "--active=false"); got.status != 1 {
		t.Errorf("the auth-service mirrors nobody: %+v", got)
	}
}

// Rights here are given here: what somebody may do at the auth-service is no reason.
func TestRightsAreNotMirrored(t *testing.T) {
	eachFramework(t, func(t *testing.T, framework string) {
		s := startServices(t, framework)
		s.authPlace.must(password, "createsuperuser", "--email", "root@example.com")
		root := s.newClient.Login("root@example.com", password)
		root.Get("/api/test/").Want(200, "")
		root.Get("/api/staff/").Want(403, bodyDenied)
		root.Delete("/api/posts/1/").Want(403, bodyDenied)
		s.place.must("", "setuser", "--email", "Root@example.com", "--staff=true", "--permission", "posts.delete")
		root.Get("/api/staff/").Want(200, "")
		root.Delete("/api/posts/1/").Want(204, "")
	})
}

func TestWhoIsDeactivatedOnEitherSideIsOut(t *testing.T) {
	eachFramework(t, func(t *testing.T, framework string) {
		s := startServices(t, framework)
		ann := s.newClient.Login(annEmail, password)
		s.authPlace.must("", "setuser", "--email", annEmail, "--active=false")
		ann.Get("/api/test/").Want(401, "")
		s.newClient.Post("/auth/token/", credentials(annEmail, password)).Want(401, bodyLogin)

		s.authPlace.must("", "setuser", "--email", annEmail, "--active=true")
		ann = s.newClient.Login(annEmail, password)
		ann.Get("/api/test/").Want(200, "")
		s.place.must("", "setuser", "--email", annEmail, "--active=false")
		ann.Get("/api/test/").Want(401, bodyInactive)
		s.newClient.Post("/auth/token/", credentials(annEmail, password)).Want(401, bodyLogin)
	})
}
