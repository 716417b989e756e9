package example_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/authplug/authplug/example/internal/httpclient"
)

const (
	bodyNobody   = `{"detail":"Authentication credentials were not provided."}`
	bodyRevoked  = `{"detail":"Token is blacklisted","code":"token_not_valid"}`
	bodyLogin    = `{"detail":"No active account found with the given credentials"}`
	bodyDenied   = `{"detail":"You do not have permission to perform this action.","code":"permission_denied"}`
	bodyInactive = `{"detail":"User is inactive","code":"user_inactive"}`
	bodyNoUser   = `{"detail":"No active account found for the given token.","code":"no_active_account"}`
)

func credentials(email, password string) map[string]string {
	return map[string]string{"email": email, "password": password}
}

// annEmail is the address of the usual user.
const annEmail = "ann@example.com"

func registerAnn(c *httpclient.Client) {
	c.Post("/auth/create-user/", credentials(annEmail, password)).Want(http.StatusCreated, "")
}

func TestTheProtocolFromRegistrationToPasswordChange(t *testing.T) {
	const key = "a key that nobody must ever find in a log: 4f1c9d27"
	eachCombination(t, func(t *testing.T, framework, store string) {
		service := newPlace(t, framework, store, "EASY_JWT_SIGNING_KEY="+key, "LOG_LEVEL=debug",
			"EASY_JWT_ROTATE_REFRESH_TOKENS=true", "EASY_JWT_AUTH_TOKEN_CLASSES=access,sliding").start()
		c := service.client()
		ann := registration(t, c)
		secrets := []string{password, key, ann.Access, ann.Refreshing}
		secrets = append(secrets, rotation(ann)...)
		secrets = append(secrets, blacklisting(c))
		secrets = append(secrets, sliding(c)...)
		passwordChange(c)

		log := service.stop()
		for _, secret := range append(secrets, newPassword) {
			if strings.Contains(log, secret) {
				t.Errorf("the log holds %q:\n%s", secret, log)
			}
		}
		for _, said := range []string{`"msg":"request"`, `"msg":"login"`, `"msg":"refresh_reused"`, `"route":"/auth/token/"`} {
			if !strings.Contains(log, said) {
				t.Errorf("the log does not hold %s:\n%s", said, log)
			}
		}
	})
}

func registration(t *testing.T, c *httpclient.Client) *httpclient.Client {
	c.Get("/readyz").Want(200, `{"status":"ok"}`)
	c.Get("/healthz").Want(200, `{"status":"ok"}`)
	c.Post("/auth/create-user/", credentials(" Ann@Example.com ", password)).
		Want(201, `{"id":1,"email":"ann@example.com","first_name":"","last_name":"","phone":null}`)
	c.Post("/auth/create-user/", credentials("ANN@example.com", password)).
		Want(400, `{"email":["This email already exists."]}`)
	c.Post("/auth/token/", credentials("ann@example.com", "wrong horse 9")).Want(401, bodyLogin)

	nobody := c.Get("/api/test/").Want(401, bodyNobody)
	if got := nobody.Header.Get("WWW-Authenticate"); got != `Bearer realm="api"` {
		t.Errorf("challenge = %q", got)
	}
	ann := c.Login("ANN@example.com", password)
	if got := ann.Get("/api/test/").Want(200, `"success"`).Header.Get("Content-Type"); got != "application/json" {
		t.Errorf("Content-Type = %q", got)
	}
	ann.Get("/api/test").Want(200, `"success"`)
	ann.Get("/api/staff/").Want(403, bodyDenied)
	return ann
}

// rotation presents a replaced token, which ends the session, and returns the tokens it has seen.
func rotation(ann *httpclient.Client) []string {
	first := ann.As(ann.Access, ann.Refreshing)
	second := ann.As(ann.Access, ann.Refreshing)
	second.Refresh().Want(200, "")
	second.Get("/api/test/").Want(200, "")
	first.Refresh().Want(401, bodyRevoked)
	second.Refresh().Want(401, bodyRevoked)
	second.Post("/auth/token/verify/", map[string]string{"token": second.Refreshing}).Want(401, bodyRevoked)
	second.Get("/api/test/").Want(200, "") // without CHECK_EPOCH it lives out its lifetime
	return []string{second.Access, second.Refreshing}
}

func blacklisting(c *httpclient.Client) string {
	ann := c.Login("ann@example.com", password)
	body := map[string]string{"refresh": ann.Refreshing}
	c.Post("/auth/token/blacklist/", body).Want(200, `{}`)
	c.Post("/auth/token/blacklist/", body).Want(200, `{}`)
	ann.Refresh().Want(401, bodyRevoked)
	return ann.Refreshing
}

func sliding(c *httpclient.Client) []string {
	first := c.Post("/auth/token/sliding/", credentials("ann@example.com", password)).Want(200, "").Text("token")
	c.As(first, "").Get("/api/test/").Want(200, `"success"`)
	second := c.Post("/auth/token/sliding/refresh/", map[string]string{"token": first}).Want(200, "").Text("token")
	c.As(second, "").Get("/api/test/").Want(200, `"success"`)
	return []string{first, second}
}

const newPassword = "battery staple 8"

func passwordChange(c *httpclient.Client) {
	ann := c.Login("ann@example.com", password)
	change := map[string]string{"email": "ann@example.com", "password": password, "new_password": "short"}
	c.Post("/auth/password-change/", change).Want(400, "")
	change["new_password"] = newPassword
	c.Post("/auth/password-change/", change).Want(200, "")
	ann.Refresh().Want(401, "")
	c.Post("/auth/token/", credentials("ann@example.com", password)).Want(401, bodyLogin)
	c.Login("ann@example.com", newPassword).Get("/api/test/").Want(200, `"success"`)
}

func TestADeactivatedUserIsOut(t *testing.T) {
	eachFramework(t, func(t *testing.T, framework string) {
		p := newPlace(t, framework, storeSQLite)
		c := p.start().client()
		registerAnn(c)
		ann := c.Login("ann@example.com", password)
		ann.Get("/api/test/").Want(200, "")

		p.must("", "setuser", "--email", "Ann@example.com", "--active=false")
		ann.Get("/api/test/").Want(401, bodyInactive)
		ann.Get("/api/maybe/").Want(401, bodyInactive)
		ann.Refresh().Want(401, bodyNoUser)
		c.Post("/auth/token/", credentials("ann@example.com", password)).Want(401, bodyLogin)

		p.must("", "setuser", "--email", "ann@example.com", "--active", "true")
		ann.Refresh().Want(401, bodyRevoked) // the session has ended for good
		c.Login("ann@example.com", password).Get("/api/test/").Want(200, "")
	})
}

func TestRightsAndCheckEpoch(t *testing.T) {
	eachFramework(t, func(t *testing.T, framework string) {
		p := newPlace(t, framework, storeSQLite, "EASY_JWT_CHECK_EPOCH=true")
		c := p.start().client()
		p.must(password+"\n", "createuser", "--email", "ed@example.com", "--first-name", "Ed", "--role", "editor",
			"--role", "author", "--permission", "posts.view", "--staff")
		p.must(password+"\r\n", "createsuperuser", "--email", "root@example.com")

		ed := c.Login("ed@example.com", password)
		ed.Get("/api/whoami/").Want(200, `{"user_id":1,"email":"ed@example.com","roles":["editor","author"],`+
			`"permissions":["posts.view"],"is_staff":true,"is_superuser":false,"stateless":false,"extra":{}}`)
		for _, path := range []string{"/api/staff/", "/api/editor/", "/api/posts/"} {
			ed.Get(path).Want(200, `"success"`)
		}
		ed.Delete("/api/posts/1/").Want(403, bodyDenied)
		c.Delete("/api/posts/1/").Want(401, bodyNobody)
		c.Login("root@example.com", password).Delete("/api/posts/1/").Want(204, "")

		p.must("", "setuser", "--email", "ed@example.com", "--role", "reader", "--permission=posts.delete")
		ed.Get("/api/test/").Want(401, "")
		ed.Refresh().Want(200, "")
		ed.Get("/api/editor/").Want(403, bodyDenied)
		ed.Delete("/api/posts/1/").Want(204, "")
		ed.Get("/api/staff/").Want(200, `"success"`) // nobody has named it

		c.Post("/auth/token/logout/", map[string]string{"refresh": ed.Refreshing}).Want(200, `{"detail":"Logged out."}`)
		ed.Get("/api/test/").Want(401, "")
		ed.Refresh().Want(401, bodyRevoked)
	})
}
