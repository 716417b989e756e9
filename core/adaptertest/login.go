package adaptertest

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/adaptertest/internal/forge"
)

var loginClaims = []claim{
	{"a login gives a refresh and an access token in this order", loginGivesTokens},
	{"tokens have the claims of the protocol in their order", tokensHaveTheirClaims},
	{"every failure has the same face", failuresLookAlike},
	{"every failure takes the same work", failuresTakeTheSameWork},
	{"forms are as good as JSON", loginTakesForms},
	{"an address is the same in any spelling", loginTakesAnySpelling},
	{"a password is never trimmed", passwordsAreNotTrimmed},
	{"credentials in the URL do not count", loginIgnoresTheURL},
	{"an authorization header does not matter", loginIgnoresTheHeader},
	{"each login opens a session of its own", loginsOpenSessions},
	{"a device that logs in again replaces its session", devicesHaveOneSession},
	{"the time is recorded where that is wanted", lastLoginIsRecorded},
	{"whoever may not log in is refused like a wrong password", mayLoginRefuses},
}

const ann = "ann@example.com"

func loginGivesTokens(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	p := a.tryLogin(ann, userPassword)
	p.want(t, http.StatusOK, `{"refresh":"`+p.field("refresh")+`","access":"`+p.field("access")+`"}`)
	if got := p.header.Get("Allow"); got != "POST, OPTIONS" {
		t.Errorf("Allow = %q", got)
	}
	me := a.get("/api/me", p.field("access"))
	me.want(t, http.StatusOK, "")
	if me.field("id") != u.ID || me.field("email") != ann || me.field("kind") != "access" {
		t.Errorf("the handler saw %s", me.text)
	}
	if me.field("session") == "" || me.field("session") != claims(t, p.field("access"))["sid"] {
		t.Errorf("session = %q", me.field("session"))
	}
	if a.count(auth.EventLogin) != 1 {
		t.Errorf("%d login events", a.count(auth.EventLogin))
	}
}

func tokensHaveTheirClaims(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	tokens := a.login(ann)
	c := claims(t, tokens.access)
	text := func(claim string) string { s, _ := c[claim].(string); return s }
	want := `{"token_type":"access","exp":1767225900,"iat":1767225600,"jti":"` + text("jti") +
		`","user_id":` + u.ID + `,"sid":"` + text("sid") + `","epoch":0}`
	if got := payload(t, tokens.access); got != want {
		t.Errorf("access = %s\nwant     %s", got, want)
	}
	if len(text("jti")) != 32 || strings.Trim(text("jti"), "0123456789abcdef") != "" {
		t.Errorf("jti = %q", text("jti"))
	}
	sid := text("sid")
	c = claims(t, tokens.refresh)
	want = `{"token_type":"refresh","exp":1767312000,"iat":1767225600,"jti":"` + text("jti") +
		`","user_id":` + u.ID + `,"sid":"` + sid + `"}`
	if got := payload(t, tokens.refresh); got != want {
		t.Errorf("refresh = %s\nwant      %s", got, want)
	}
	if header, _, _ := strings.Cut(tokens.access, "."); header != forge.Base64(hs256) {
		t.Errorf("header = %s", header)
	}
}

func loginTakesForms(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user("ann+1@example.com", func(n *auth.NewUser) { n.Password = "grün & 100% sicher+" })
	form := url.Values{"email": {"ann+1@example.com"}, "password": {"grün & 100% sicher+"}}
	a.post("/token/", form.Encode(), "Content-Type", "application/x-www-form-urlencoded").
		want(t, http.StatusOK, "")

	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name := range form {
		_ = w.WriteField(name, form.Get(name))
	}
	file, _ := w.CreateFormFile("photo", "ann.png")
	_, _ = file.Write([]byte("\x89PNG"))
	_ = w.Close()
	a.post("/token/", body.String(), "Content-Type", w.FormDataContentType()).want(t, http.StatusOK, "")
}

func loginTakesAnySpelling(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user("ann@bücher.example")
	for _, spelling := range []string{
		"ANN@BÜCHER.EXAMPLE", "  ann@bücher.example\t", "Ann@xn--bcher-kva.example", "ann@XN--BCHER-KVA.Example",
		"ann@bu\u0308cher.example", "\u00a0ann@bücher.example\n",
	} {
		p := a.tryLogin(spelling, userPassword)
		if p.status != http.StatusOK {
			t.Errorf("%q: %d %s", spelling, p.status, p.text)
			continue
		}
		if id := a.get("/api/me", p.field("access")).field("id"); id != u.ID {
			t.Errorf("%q is user %s, want %s", spelling, id, u.ID)
		}
	}
}

// PW-03.
func passwordsAreNotTrimmed(t *testing.T, h Harness) {
	a := h.app(t, nil)
	const spaced = "  two blanks on each side  "
	a.user(ann, func(n *auth.NewUser) { n.Password = spaced })
	a.tryLogin(ann, spaced).want(t, http.StatusOK, "")
	for _, other := range []string{
		"  two blanks on each side ", "  Two blanks on each side  ", "\t two blanks on each side  ",
		strings.TrimSpace(spaced), spaced + " ", spaced[1:], strings.ReplaceAll(spaced, "  ", "\t\t"),
	} {
		a.tryLogin(ann, other).want(t, http.StatusUnauthorized, loginFailedBody)
	}
	const composed = "P\u00e4ssw\u00f6rter 2026 "
	a.user("bob@example.com", func(n *auth.NewUser) { n.Password = composed })
	a.tryLogin("bob@example.com", composed).want(t, http.StatusOK, "")
	for _, other := range []string{"Pa\u0308sswo\u0308rter 2026 ", "P\u00e4ssw\u00f6rter 2026\u00a0", "P\u00e4ssw\u00f6rter 2026", "p\u00e4ssw\u00f6rter 2026 "} {
		a.tryLogin("bob@example.com", other).want(t, http.StatusUnauthorized, loginFailedBody)
	}
}

// RG-10.
func loginIgnoresTheURL(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	query := "/token/?" + url.Values{"email": {ann}, "password": {userPassword}}.Encode()
	required := `{"email":["This field is required."],"password":["This field is required."]}`
	a.post(query, "").want(t, http.StatusBadRequest, required)
	a.post(query, "{}").want(t, http.StatusBadRequest, required)
	a.post(query, "x=1", "Content-Type", "application/x-www-form-urlencoded").
		want(t, http.StatusBadRequest, required)
	a.post("/token/?email=bob@example.com", object{"email": ann, "password": userPassword}).
		want(t, http.StatusOK, "")
}

func loginIgnoresTheHeader(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	for _, header := range []string{
		"Bearer", "Bearer x", "Bearer a b c", "Basic YTpi", "Bearer " + a.login(ann).refresh,
	} {
		a.login(ann, "Authorization", header)
	}
}

func loginsOpenSessions(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	sessions := map[any]bool{}
	for range 3 {
		sessions[claims(t, a.login(ann).access)["sid"]] = true
	}
	if len(sessions) != 3 || a.live(u.ID) != 3 {
		t.Errorf("%d session ids, %d live sessions", len(sessions), a.live(u.ID))
	}
}

func devicesHaveOneSession(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	const device = "a-telephone-of-ann"
	first := a.login(ann, "X-Device-ID", device)
	other := a.login(ann, "X-Device-ID", "another-telephone-of-ann")
	unnamed := a.login(ann, "X-Device-ID", "short")
	second := a.login(ann, "X-Device-ID", device)
	if n := a.live(u.ID); n != 3 {
		t.Errorf("%d live sessions, want 3", n)
	}
	a.refresh(first.refresh).want(t, http.StatusUnauthorized, revokedBody)
	a.get("/api/me", first.access).want(t, http.StatusUnauthorized, refusedBody(revokedText))
	for _, tokens := range []pair{other, unnamed, second} {
		a.refresh(tokens.refresh).want(t, http.StatusOK, "")
	}
}

func lastLoginIsRecorded(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	a.login(ann)
	if at := a.row(u.ID).LastLogin; !at.IsZero() {
		t.Errorf("last login = %v though nobody asked for it", at)
	}
	a = h.app(t, func(s *auth.Settings) { s.Users.UpdateLastLogin = true })
	u = a.user(ann)
	tokens := a.login(ann)
	a.tryLogin(ann, "wrong")
	if at := a.row(u.ID).LastLogin; !at.Equal(start) {
		t.Errorf("last login = %v, want %v", at, start)
	}
	a.get("/api/me", tokens.access).want(t, http.StatusOK, "")
}

func mayLoginRefuses(t *testing.T, h Harness) {
	a := h.app(t, func(s *auth.Settings) { s.Users.MayLogin = notBob })
	a.user(ann)
	a.user("bob@example.com")
	a.login(ann)
	a.tryLogin("bob@example.com", userPassword).want(t, http.StatusUnauthorized, loginFailedBody)
	a.tryLogin("bob@example.com", "wrong").want(t, http.StatusUnauthorized, loginFailedBody)
	r := httptest.NewRequest(http.MethodPost, "/auth/token/sliding/",
		strings.NewReader(encoded(t, object{"email": "bob@example.com", "password": userPassword})))
	r.Header.Set("Content-Type", "application/json")
	a.do(r).want(t, http.StatusUnauthorized, loginFailedBody)
}
