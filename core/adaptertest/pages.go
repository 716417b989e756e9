package adaptertest

import (
	"html"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/pages"
)

var pageClaims = []claim{
	{"a person logs in and comes to where it was going", pageLogin},
	{"a person registers, and is told what is wrong", pageRegister},
	{"a person logs out by a button, not by a link", pageLogout},
	{"a guard sends people to the login and refuses programs", pageGuard},
	{"a login that has rested is renewed on the way", pageRenewal},
	{"a login ends with the browser unless it is to be remembered", pageRemember},
	{"a form from elsewhere is refused on a page for people", pageCSRF},
	{"what is typed is shown as text", pageEscapes},
	{"failures are pages for people and JSON for programs", pageFailures},
	{"bodies that are no form are refused", pageBodies},
}

// paged serves pages, and a route that only who is logged in sees.
func (h Harness) paged(t *testing.T, configure ...func(*auth.Settings)) (*app, *outbox) {
	t.Helper()
	o := &outbox{}
	p, err := pages.New(pages.Settings{Name: "Shop"})
	if err != nil {
		t.Fatal(err)
	}
	a := h.app(t, func(s *auth.Settings) {
		inCookies(auth.CookiesOne)(s)
		s.Pages, s.Mailer = p, o
		for _, c := range configure {
			c(s)
		}
	})
	a.serve([]Route{
		{Method: http.MethodGet, Path: "/api/page", Login: true, Handle: a.whoami},
		{Method: http.MethodPost, Path: "/api/touch", Login: true, Handle: a.whoami},
	})
	return a, o
}

// pageProblem says which rule of pages an answer breaks.
func pageProblem(p reply) string {
	get := p.header.Get
	kind := get("Content-Type")
	switch {
	case p.status == http.StatusSeeOther:
		if get("Location") == "" || get("Cache-Control") != "no-store" {
			return "a redirect says where to, and is not kept"
		}
		return ""
	case strings.HasPrefix(kind, "text/css") || p.status == http.StatusNoContent:
		return ""
	case kind != "text/html; charset=utf-8":
		return "a page is HTML in UTF-8"
	}
	policy := get("Content-Security-Policy")
	for _, part := range []string{"default-src 'self'", "frame-ancestors 'none'", "object-src 'none'", "base-uri 'none'", "form-action 'self'"} {
		if !strings.Contains(policy, part) {
			return "the policy lacks " + part
		}
	}
	if get("Cache-Control") != "no-store" || get("X-Content-Type-Options") != "nosniff" || get("Referrer-Policy") == "" {
		return "a page is not kept, not guessed at, and tells little"
	}
	for _, odd := range []string{"<script", "style=", "onclick", "ZgotmplZ", "<no value>"} {
		if strings.Contains(p.text, odd) {
			return "the page has " + odd
		}
	}
	return ""
}

// visit goes to a page as a person does.
func (b *browser) visit(path string, header ...string) reply {
	b.t.Helper()
	return b.sendPlainly(http.MethodGet, path, nil, append([]string{
		"Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
		"Sec-Fetch-Site", "none", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document",
	}, header...)...)
}

// submit sends a form of a page that was visited, with its hidden fields.
func (b *browser) submit(path string, page reply, values url.Values, header ...string) reply {
	b.t.Helper()
	all := url.Values{}
	for name, value := range page.hidden() {
		all.Set(name, value)
	}
	maps.Copy(all, values)
	return b.sendPlainly(http.MethodPost, path, all.Encode(), append([]string{
		"Content-Type", "application/x-www-form-urlencoded", "Accept", "text/html", "Origin", publicURL,
		"Sec-Fetch-Site", "same-origin", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document",
	}, header...)...)
}

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)

// hidden returns the hidden fields of the first form of a page.
func (p reply) hidden() map[string]string {
	fields := map[string]string{}
	first, _, _ := strings.Cut(p.text, "</form>")
	for _, m := range hiddenField.FindAllStringSubmatch(first, -1) {
		fields[m[1]] = html.UnescapeString(m[2])
	}
	return fields
}

// leads reports an error unless an answer sends the browser to a place.
func (p reply) leads(t *testing.T, to string) {
	t.Helper()
	if p.status != http.StatusSeeOther || p.header.Get("Location") != to {
		t.Fatalf("answer = %d to %q, want 303 to %q\n%s", p.status, p.header.Get("Location"), to, p.text)
	}
}

// shows reports an error unless an answer is a page with these texts.
func (p reply) shows(t *testing.T, status int, texts ...string) {
	t.Helper()
	if p.status != status {
		t.Fatalf("answer = %d, want %d\n%s", p.status, status, p.text)
	}
	for _, text := range texts {
		if !strings.Contains(p.text, text) {
			t.Fatalf("the page does not show %q\n%s", text, p.text)
		}
	}
}

// logIn logs a person in by the page.
func (b *browser) logIn(email, next string) reply {
	b.t.Helper()
	page := b.visit("/auth/login/?next=" + url.QueryEscape(next))
	return b.submit("/auth/login/", page, url.Values{"email": {email}, "password": {userPassword}, "remember": {"1"}})
}

func pageLogin(t *testing.T, h Harness) {
	a, _ := h.paged(t)
	u := a.user(ann)
	b := a.browser()
	page := b.visit("/auth/login/?next=/api/page")
	page.shows(t, http.StatusOK, `autocomplete="username"`, `autocomplete="current-password"`, `<label for="email">`, `lang="en"`, "Shop")
	wrong := b.submit("/auth/login/", page, url.Values{"email": {" Ann@example.com"}, "password": {"wrong"}})
	wrong.shows(t, http.StatusUnauthorized, `role="alert"`, "do not fit together", `value=" Ann@example.com"`)
	if strings.Contains(wrong.text, "wrong\"") || b.cookie("access") != "" {
		t.Error("the page shows the password, or somebody is logged in")
	}
	b.submit("/auth/login/", wrong, url.Values{}).shows(t, http.StatusBadRequest, `href="#email"`, `href="#password"`, `aria-invalid="true"`, "This field is required.")
	b.submit("/auth/login/", wrong, url.Values{"email": {"Ann@Example.com "}, "password": {userPassword}}).leads(t, "/api/page")
	if p := b.visit("/api/page"); p.field("id") != u.ID {
		t.Errorf("%d %s", p.status, p.text)
	}
	b.visit("/auth/login/?next=/api/page").leads(t, "/api/page") // who is logged in needs no form
	a.browser().logIn(ann, "").leads(t, "/")
	b.visit("/auth/login").leads(t, "/")

	sliding, _ := h.paged(t, func(s *auth.Settings) { s.Tokens.Kind = auth.KindSliding; s.Browser.Home = "/start" })
	sliding.user(ann)
	c := sliding.browser()
	c.logIn(ann, "").leads(t, "/start")
	c.visit("/api/page").want(t, http.StatusOK, "")
}

func pageRegister(t *testing.T, h Harness) {
	a, _ := h.paged(t)
	a.user(ann)
	b := a.browser()
	page := b.visit("/auth/register/?next=/api/page")
	page.shows(t, http.StatusOK, `autocomplete="new-password"`)
	good := url.Values{
		"first_name": {"Bea"}, "last_name": {""}, "email": {"Bea@example.com"}, "password": {freshPassword}, "confirm_password": {freshPassword},
	}
	with := func(name, value string) url.Values {
		v := url.Values{}
		maps.Copy(v, good)
		v.Set(name, value)
		return v
	}
	b.submit("/auth/register/", page, with("confirm_password", "x")).shows(t, http.StatusBadRequest, "The passwords do not match.", `value="Bea"`)
	b.submit("/auth/register/", page, with("email", "Ann@Example.com")).shows(t, http.StatusBadRequest, "This email already exists.")
	b.submit("/auth/register/", page, with("email", "x")).shows(t, http.StatusBadRequest, "Enter a valid email address.", `href="#email"`)
	short := with("password", "x")
	short.Set("confirm_password", "x")
	b.submit("/auth/register/", page, short).shows(t, http.StatusBadRequest, "too short", `href="#password"`)
	if a.count(auth.EventRegistered) != 1 {
		t.Error("a bad form made a user")
	}
	b.submit("/auth/register/", page, with("is_superuser", "true")).leads(t, "/api/page")
	if u := a.row("2"); u.FirstName != "Bea" || u.Superuser {
		t.Errorf("%v", u)
	}
	closed, _ := h.paged(t)
	closed.serve(nil, auth.Except("create-user"))
	closed.browser().visit("/auth/register/").want(t, http.StatusNotFound, "") // the endpoint is closed, and so is the page
	page = b.visit("/auth/register/")
	b.submit("/auth/register/", page, with("email", "cy@example.com")).leads(t, "/auth/login/")
	b.visit("/auth/login/").shows(t, http.StatusOK, "Your account is made.")
	if page := b.visit("/auth/login/"); strings.Contains(page.text, "Your account is made.") {
		t.Error("a message is shown twice")
	}
}

func pageLogout(t *testing.T, h Harness) {
	a, _ := h.paged(t)
	u := a.user(ann)
	b := a.browser()
	b.logIn(ann, "")
	page := b.visit("/auth/logout/")
	page.shows(t, http.StatusOK, `<form method="post"`)
	if a.live(u.ID) != 1 {
		t.Error("a link logs out")
	}
	b.submit("/auth/logout/", page, nil).leads(t, "/auth/login/")
	b.visit("/auth/login/").shows(t, http.StatusOK, "You are logged out.")
	if b.cookie("access") != "" || b.cookie("refresh") != "" || a.live(u.ID) != 0 {
		t.Error("somebody is still logged in")
	}
	page = b.visit("/auth/logout/?next=/bye")
	b.submit("/auth/logout/", page, nil).leads(t, "/bye") // once more is no error
}

func pageGuard(t *testing.T, h Harness) {
	a, _ := h.paged(t)
	a.user(ann)
	b := a.browser()
	const login = "/auth/login/?next=%2Fapi%2Fpage%3Fa%3Db%252F"
	b.visit("/api/page?a=b%2F").leads(t, login)
	b.sendPlainly(http.MethodGet, "/api/page?a=b%2F", nil, "Accept", "text/html").leads(t, login)
	for _, header := range [][]string{
		nil,
		{"Accept", "application/json"},
		{"Accept", "*/*"},
		{"Accept", "application/json, text/html"},
		{"Accept", "text/html", "Sec-Fetch-Mode", "cors"},
		{"Accept", "text/html", "Sec-Fetch-Mode", "no-cors"},
	} {
		b.sendPlainly(http.MethodGet, "/api/page", nil, header...).want(t, http.StatusUnauthorized, nobodyBody)
	}
	b.sendPlainly(http.MethodPost, "/api/touch", nil, "Accept", "application/json").want(t, http.StatusUnauthorized, nobodyBody)
	b.sendPlainly(http.MethodPost, "/api/touch", nil, "Accept", "text/html").shows(t, http.StatusUnauthorized, "You are not logged in.")
	if a.hit("/api/page") > 0 {
		t.Error("the handler ran")
	}
	b.logIn(ann, "/api/page").leads(t, "/api/page")
	a.pass(6 * time.Minute)
	b.visit("/api/page").leads(t, "/auth/login/?next=%2Fapi%2Fpage")
	b.get("/api/page").want(t, http.StatusUnauthorized, refusedBody(invalidText))
}
