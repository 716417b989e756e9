package adaptertest

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/pages"
	"github.com/authplug/authplug/core/remote"
	"github.com/authplug/authplug/core/token"
)

var sharedLoginClaims = []claim{
	{"a service of another sub-domain sends people to the common login and reads the common cookie", sharedLogin},
	{"its users are made of claims, and written when these change", sharedUsers},
	{"nobody who cannot sign gets in, and what is shared is the access token alone", sharedIsSafe},
}

// Where the services of a shared login are.
const (
	authHost = "https://auth.example.com"
	blogHost = "https://blog.example.com"
)

// shared returns an auth-service and another service below one domain.
func (h Harness) shared(t *testing.T) (own, blog *app) {
	t.Helper()
	p, err := pages.New(pages.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	pair := pairOf(token.EdDSA)
	own = h.app(t, func(s *auth.Settings) {
		s.PublicURL, s.Pages = authHost, p
		s.Signing.Keys = []token.Key{pair.key(t, "one")}
		s.Signing.Audience = []string{"auth", "blog"}
		s.Claims.UserIDField, s.Claims.Access = "uuid", []string{"shared"}
		s.Cookies = auth.CookieSettings{Mode: auth.CookiesOne, Domain: "example.com", Keys: []auth.Secret{cookieKey}}
		s.Browser.RedirectHosts = []string{"blog.example.com"}
	})
	blog = h.client(t, own.online(), func(s *auth.Settings, r *remote.Settings) {
		s.PublicURL = blogHost
		s.Signing.Algorithm, s.Signing.Audience = token.EdDSA, []string{"blog"}
		s.Claims.UserIDField = "uuid"
		s.Cookies = auth.CookieSettings{Mode: auth.CookiesOne, Domain: "example.com", Keys: []auth.Secret{cookieKey}}
		s.Browser.LoginURL = authHost + "/auth/login/"
		r.Verify = remote.VerifyLocal
		r.Mirror.FromClaims, r.Mirror.Fields = true, []string{"email", "first_name", "is_staff"}
	})
	blog.serve([]Route{
		{Method: http.MethodGet, Path: "/api/page", Login: true, Handle: blog.whoami},
		{Method: http.MethodPost, Path: "/api/touch", Login: true, Handle: blog.whoami},
	})
	return own, blog
}

// also returns the same browser at the pages of another application.
func (b *browser) also(a *app) *browser {
	b.t.Helper()
	public, err := url.Parse(a.service.Settings().PublicURL)
	if err != nil {
		b.t.Fatal(err)
	}
	return &browser{app: a, jar: b.jar, public: public}
}

func sharedLogin(t *testing.T, h Harness) {
	own, blog := h.shared(t)
	own.user(ann)
	b := own.browser()
	at := b.also(blog)
	login := "/auth/login/?next=" + url.QueryEscape(blogHost+"/api/page?a=b")
	at.visit("/api/page?a=b").leads(t, authHost+login)
	at.get("/api/page").want(t, http.StatusUnauthorized, nobodyBody)
	at.send(http.MethodPost, "/api/touch", nil).want(t, http.StatusUnauthorized, nobodyBody)
	page := b.visit(login)
	b.submit("/auth/login/", page, url.Values{"email": {ann}, "password": {userPassword}}, "Origin", authHost).leads(t, blogHost+"/api/page?a=b")
	if p := at.visit("/api/page?a=b"); p.field("email") != ann {
		t.Errorf("%d %s", p.status, p.text)
	}
	for _, c := range []*app{own, blog} {
		c.pass(6 * time.Minute)
	}
	at.visit("/api/page").leads(t, authHost+"/auth/login/?next="+url.QueryEscape(blogHost+"/api/page"))
	b.visit("/auth/login/?next="+url.QueryEscape(blogHost+"/api/page")).leads(t, blogHost+"/api/page") // without a form
	at.visit("/api/page").want(t, http.StatusOK, "")
	at.send(http.MethodPost, "/api/touch", nil, "X-CSRFToken", "").want(t, http.StatusForbidden, csrfMissingBody)
	at.get("/auth/csrf/")
	at.send(http.MethodPost, "/api/touch", nil).want(t, http.StatusOK, "")
}

func sharedUsers(t *testing.T, h Harness) {
	own, blog := h.shared(t)
	u := own.user(ann, func(n *auth.NewUser) { n.FirstName = "Ann" })
	b := own.browser()
	at := b.also(blog)
	page := b.visit("/auth/login/")
	b.submit("/auth/login/", page, url.Values{"email": {ann}, "password": {userPassword}}, "Origin", authHost).leads(t, "/")
	blog.store.calls()
	for range 3 {
		at.visit("/api/page").want(t, http.StatusOK, "")
	}
	if calls := blog.store.calls(); calls["CreateUser"] != 1 || calls["UpdateUser"] != 0 {
		t.Errorf("%v", calls)
	}
	own.update(u.ID, func(u *auth.User) { u.FirstName = "Anna" })
	b.post("/token/refresh/", nil, "Origin", authHost).want(t, http.StatusOK, "")
	for range 3 {
		at.visit("/api/page").want(t, http.StatusOK, "")
	}
	if calls := blog.store.calls(); calls["CreateUser"] != 0 || calls["UpdateUser"] != 1 {
		t.Errorf("%v", calls)
	}
	if local := blog.row("1"); local.FirstName != "Anna" || local.RemoteID != u.UUID || local.Staff {
		t.Errorf("%v", local)
	}
	blog.update("1", deactivate)
	at.visit("/api/page").want(t, http.StatusUnauthorized, userInactiveBody) // a login would not help
	at.get("/api/page").want(t, http.StatusUnauthorized, userInactiveBody)
}

func sharedIsSafe(t *testing.T, h Harness) {
	own, blog := h.shared(t)
	own.user(ann)
	b := own.browser()
	at := b.also(blog)
	page := b.visit("/auth/login/")
	set := b.submit("/auth/login/", page, url.Values{"email": {ann}, "password": {userPassword}}, "Origin", authHost).set()
	for name, c := range set {
		if shared := c.Domain != ""; shared != (name == "__Secure-access") {
			t.Errorf("%s has the domain %q", name, c.Domain)
		}
	}
	for _, c := range at.jar.Cookies(at.at("/auth/")) {
		if c.Name == "__Secure-refresh" {
			t.Error("the other service gets the refresh token")
		}
	}
	at.jar.SetCookies(at.at("/"), []*http.Cookie{{Name: "__Secure-access", Value: mint(hs256, `{"token_type":"access","user_id":"x","jti":"y","exp":9999999999,"user_email":"root@example.com","user_is_staff":true}`), Domain: "example.com", Path: "/", Secure: true}})
	at.get("/api/page").want(t, http.StatusUnauthorized, invalidBody)

	circle := "/auth/login/?next=" + url.QueryEscape(blogHost+"/api/page")
	b.visit("/auth/login/").leads(t, "/") // the planted cookie is replaced
	b.visit(circle).leads(t, blogHost+"/api/page")
	b.visit(circle).shows(t, http.StatusForbidden, "does not let you in")
}
