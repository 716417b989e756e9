package adaptertest

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

var resetClaims = []claim{
	{"a person sets a new password by a mailed link", resetByMail},
	{"who asks does not learn who has an account", resetTellsNobody},
	{"a link is good once, for half an hour, and only the newest", resetOnce},
	{"a link ends with what it was asked for", resetEnds},
	{"a link leads to the public URL, whatever a request says", resetHost},
	{"a mail goes to the stored address, and not too often", resetRecipient},
	{"a link is its user's alone, and stored as a hash", resetIsOnes},
	{"a mailer that fails is told, and changes no answer", resetMailer},
	{"an answer waits for no store and no mail", resetWaitsForNothing},
}

var resetLink = regexp.MustCompile(`https://app\.example\.com(/auth/(?:password-reset|email-confirm)/[^/\s]+/[^/\s]+/)(\?\S*)?`)

// newest returns the path of the link in the newest mail, after all were sent.
func (a *app) newest(o *outbox) string {
	a.t.Helper()
	a.drain()
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.sent) == 0 {
		a.t.Fatal("no mail was sent")
	}
	m := resetLink.FindStringSubmatch(o.sent[len(o.sent)-1].Text)
	if m == nil {
		a.t.Fatalf("no link in %q", o.sent[len(o.sent)-1].Text)
	}
	return m[1] + m[2]
}

func (a *app) drain() {
	a.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := a.service.Drain(ctx); err != nil {
		a.t.Fatal(err)
	}
}

// ask asks for a mail with a link.
func (b *browser) ask(email string) reply {
	b.t.Helper()
	page := b.visit("/auth/password-reset/?next=/api/page")
	return b.submit("/auth/password-reset/", page, url.Values{"email": {email}})
}

// set sends the form behind a link.
func (b *browser) set(link, password string) reply {
	b.t.Helper()
	page := b.visit(link)
	page.shows(b.t, http.StatusOK, `autocomplete="new-password"`)
	if page.header.Get("Referrer-Policy") != "no-referrer" {
		b.t.Error("the page tells its address")
	}
	path, _, _ := strings.Cut(link, "?")
	return b.submit(path, page, url.Values{"new_password1": {password}, "new_password2": {password}}, "Origin", "null")
}

// RS-02, RS-07.
func resetByMail(t *testing.T, h Harness) {
	a, o := h.paged(t)
	u := a.user(ann)
	in := a.browser()
	in.logIn(ann, "")
	b := a.browser()
	b.ask("Ann@Example.com").leads(t, "/auth/password-reset/sent/")
	b.visit("/auth/password-reset/sent/").shows(t, http.StatusOK, "on its way")
	link := a.newest(o)
	for range 5 { // scanners of mails
		b.visit(link)
		b.sendPlainly(http.MethodHead, link, nil)
	}
	if a.live(u.ID) != 1 {
		t.Error("asking ended a session")
	}
	b.set(link, "x").shows(t, http.StatusBadRequest, "too short", `href="#new_password1"`)
	page := b.visit(link)
	path, _, _ := strings.Cut(link, "?")
	b.submit(path, page, url.Values{"new_password1": {freshPassword}, "new_password2": {"y"}}).shows(t, http.StatusBadRequest, "do not match")
	p := b.set(link, freshPassword)
	p.leads(t, "/auth/login/?next=%2Fapi%2Fpage")
	if p.set()["__Host-access"] != nil {
		t.Error("a reset logs in")
	}
	a.drain()
	if a.live(u.ID) != 0 && a.row(u.ID).Epochs.Refresh == 0 || o.sent[len(o.sent)-1].Kind != auth.MailPasswordChanged {
		t.Error("sessions live, or nobody is told")
	}
	b.visit("/auth/login/").shows(t, http.StatusOK, "Your new password is set.")
	page = b.visit("/auth/login/?next=/api/page")
	b.submit("/auth/login/", page, url.Values{"email": {ann}, "password": {freshPassword}}).leads(t, "/api/page")
}

// RS-01, RG-01.
func resetTellsNobody(t *testing.T, h Harness) {
	a, o := h.paged(t)
	a.user(ann)
	a.user("carol@example.com", func(n *auth.NewUser) { n.Inactive = true })
	mirrored := &auth.User{UUID: "00000000-0000-4000-8000-00000000000a", Issuer: "https://id.example.com", RemoteID: "7", Email: "erin@example.com", Active: true}
	if err := a.store.Store.CreateUser(t.Context(), mirrored); err != nil {
		t.Fatal(err)
	}
	b := a.browser()
	var first reply
	for i, email := range []string{ann, "unknown@example.com", "carol@example.com", "erin@example.com"} {
		p := b.ask(email)
		p.leads(t, "/auth/password-reset/sent/")
		if i == 0 {
			first = p
		}
		if p.text != first.text || len(p.header) != len(first.header) {
			t.Errorf("%s: %v %q, and %v %q", email, p.header, p.text, first.header, first.text)
		}
	}
	if a.drain(); o.count() != 1 || o.sent[0].To != ann {
		t.Errorf("%d mails", o.count())
	}
	for _, email := range []string{"", "x", "a@b@c.example", "a@x.com\r\nBcc: b@y.com", "a@x.com,b@y.com"} {
		b.ask(email).shows(t, http.StatusBadRequest, "Enter a valid email address.")
	}
}

// RS-02, RS-06.
func resetOnce(t *testing.T, h Harness) {
	a, o := h.paged(t)
	a.user(ann)
	b := a.browser()
	invalid := func(link string) {
		t.Helper()
		b.set(link, freshPassword).shows(t, http.StatusBadRequest, "This link is not valid any more.")
	}
	b.ask(ann)
	old := a.newest(o)
	b.ask(ann)
	link := a.newest(o)
	invalid(old)
	path, query, _ := strings.Cut(link, "?")
	code := path[:len(path)-1]
	for _, odd := range []string{code[:len(code)-1] + "/", code + "A/", code[:len(code)-1] + "%20/", strings.ToUpper(code[len(code)-27:]) + "/"} {
		if !strings.HasPrefix(odd, "/auth") {
			odd = code[:len(code)-27] + odd
		}
		invalid(odd + "?" + query)
	}
	a.pass(29 * time.Minute)
	results := together(8, func(int) int { return a.browser().set(link, freshPassword).status })
	if count(results, http.StatusSeeOther) != 1 || count(results, http.StatusBadRequest) != 7 {
		t.Errorf("one code, %v", results)
	}
	invalid(link)
	b.ask(ann)
	link = a.newest(o)
	a.pass(31 * time.Minute)
	invalid(link)
}

// RS-06.
func resetEnds(t *testing.T, h Harness) {
	for what, end := range map[string]func(a *app, u *auth.User){
		"a changed password": func(a *app, _ *auth.User) {
			a.browser().changePassword(ann, userPassword, freshPassword).want(a.t, http.StatusOK, "{}")
		},
		"deactivation": func(a *app, u *auth.User) { a.update(u.ID, deactivate) },
		"deactivation, taken back": func(a *app, u *auth.User) {
			a.update(u.ID, deactivate)
			a.update(u.ID, func(u *auth.User) { u.Active = true })
		},
		"another address": func(a *app, u *auth.User) { a.update(u.ID, func(u *auth.User) { u.Email = "new@example.com" }) },
		"deletion":        func(a *app, u *auth.User) { a.remove(u.ID) },
	} {
		a, o := h.paged(t, func(s *auth.Settings) { s.Browser.CSRFDisabled = true })
		u := a.user(ann)
		b := a.browser()
		b.ask(ann)
		link := a.newest(o)
		end(a, u)
		if p := b.set(link, "another fine password 7"); p.status != http.StatusBadRequest {
			t.Errorf("after %s: %d to %s", what, p.status, p.header.Get("Location"))
		}
	}
}

// RS-04.
func resetHost(t *testing.T, h Harness) {
	a, o := h.paged(t)
	a.user(ann)
	b := a.browser()
	page := b.visit("/auth/password-reset/")
	form := url.Values{"email": {ann}, "csrfmiddlewaretoken": {page.hidden()["csrfmiddlewaretoken"]}, "next": {"https://evil.example/"}}.Encode()
	for _, host := range []string{"evil.example", "app.example.com:evil", "app.example.com@evil.example"} {
		r := b.request(http.MethodPost, publicURL+"/auth/password-reset/", form, "Content-Type", "application/x-www-form-urlencoded",
			"X-Forwarded-Host", "evil.example", "X-Forwarded-Proto", "javascript", "Forwarded", "host=evil.example", "X-Original-URL", "https://evil.example/")
		r.Host = host
		r.Header.Set("Cookie", "__Host-csrf="+b.cookie("csrf")+"; __Host-visitor="+b.cookie("visitor"))
		a.do(r).leads(t, "/auth/password-reset/sent/")
		a.newest(o)
	}
	for _, m := range o.sent {
		if strings.Contains(m.Text+m.Link+m.Subject+m.To, "evil") || !strings.HasPrefix(m.Link, publicURL+"/auth/password-reset/") {
			t.Errorf("%+v", m)
		}
	}
}

// RS-05, RS-01.
func resetRecipient(t *testing.T, h Harness) {
	a, o := h.paged(t, func(s *auth.Settings) { s.Throttle.Account = auth.Rate{Limit: 10, Per: time.Hour} })
	a.user(ann)
	b := a.browser()
	for _, email := range []string{"аnn@example.com", "ann@example.com,evil@evil.example", "ann@exаmple.com", "ANN@EXAMPLE.COM\x00"} {
		b.ask(email)
	}
	if a.drain(); o.count() > 0 {
		t.Errorf("%d mails to others", o.count())
	}
	for range 10 {
		b.ask(ann).leads(t, "/auth/password-reset/sent/")
		a.drain()
	}
	if o.count() != 3 {
		t.Errorf("%d mails in an hour", o.count())
	}
	a.pass(61 * time.Minute)
	if b.ask(ann); a.newest(o) == "" || o.count() != 4 {
		t.Errorf("%d mails", o.count())
	}
	for range 20 {
		b.ask("x@example.com")
	}
	b.ask("x@example.com").shows(t, http.StatusTooManyRequests, "too many attempts")
}

// RS-08.
func resetIsOnes(t *testing.T, h Harness) {
	a, o := h.paged(t)
	u, bob := a.user(ann), a.user("bob@example.com")
	b := a.browser()
	b.ask(ann)
	link := a.newest(o)
	path, _, _ := strings.Cut(link, "?")
	parts := strings.Split(path, "/") // "", auth, password-reset, id, code, ""
	if parts[3] != u.ID {
		t.Fatalf("%q", parts)
	}
	page := b.visit(link)
	b.submit("/auth/password-reset/"+bob.ID+"/"+parts[4]+"/", page, url.Values{"new_password1": {freshPassword}, "new_password2": {freshPassword}}).
		shows(t, http.StatusBadRequest, "not valid")
	for purpose, hash := range a.row(u.ID).Codes {
		if strings.Contains(string(hash), parts[4]) || purpose != "reset" {
			t.Errorf("%s is stored as it is", purpose)
		}
	}
	b.visit("/auth/password-reset/0/x/").shows(t, http.StatusOK, "new-password") // tells nothing
}
