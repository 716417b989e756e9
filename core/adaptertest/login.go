package adaptertest

import (
	"bytes"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
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
	p := a.tryLogin(ann, Password)
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
	if header, _, _ := strings.Cut(tokens.access, "."); header != base64url(hs256) {
		t.Errorf("header = %s", header)
	}
}

// failing are the logins that fail, by what is wrong with them.
func (a *app) failing() map[string][2]string {
	a.user(ann)
	a.user("inactive@example.com", func(n *auth.NewUser) { n.Inactive = true })
	for name, stored := range map[string]string{
		"none": "", "unusable": "!unusable", "garbage": "garbage", "cut": "$argon2id$v=19$m=19456",
		"costly": "$argon2id$v=19$m=4294967295,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA",
	} {
		a.keepHash(a.user(name+"@example.com").ID, stored)
	}
	return map[string][2]string{
		"wrong password":                     {ann, "not " + Password},
		"longer password":                    {ann, Password + "x"},
		"other case":                         {ann, strings.ToUpper(Password)},
		"very long password":                 {ann, strings.Repeat(Password, 300)},
		"unknown":                            {"bob@example.com", Password},
		"inactive":                           {"inactive@example.com", Password},
		"inactive and wrong":                 {"inactive@example.com", "wrong"},
		"without a password":                 {"none@example.com", Password},
		"unusable password":                  {"unusable@example.com", Password},
		"garbage for a hash":                 {"garbage@example.com", "garbage"},
		"half a hash":                        {"cut@example.com", Password},
		"a hash that would cost all memory":  {"costly@example.com", Password},
		"no address":                         {"ann", Password},
		"no address at all":                  {"@", Password},
		"an address with a line feed":        {"ann@example.com\r\nBcc: bob@example.com", Password},
		"two addresses":                      {"ann@example.com,bob@example.com", Password},
		"a wildcard":                         {"%@example.com", Password},
		"an address of 10,000 characters":    {strings.Repeat("a", 10000) + "@example.com", Password},
		"SQL":                                {"' OR '1'='1", Password},
		"an address that only looks like it": {"аnn@example.com", Password},
	}
}

func failuresLookAlike(t *testing.T, h Harness) {
	a := h.app(t, nil)
	logins := a.failing()
	model := a.tryLogin(ann, "wrong").header
	for what, l := range logins {
		p := a.tryLogin(l[0], l[1])
		if p.status != http.StatusUnauthorized || p.text != loginFailedBody {
			t.Errorf("%s: %d %s", what, p.status, p.text)
		}
		if !maps.EqualFunc(p.header, model,
			func(x, y []string) bool { return strings.Join(x, ",") == strings.Join(y, ",") }) {
			t.Errorf("%s: headers %v, want %v", what, p.header, model)
		}
	}
	if n := a.count(auth.EventLoginFailed); n != len(logins)+1 {
		t.Errorf("%d failures told of %d", n, len(logins)+1)
	}
	a.login(ann)
}

func failuresTakeTheSameWork(t *testing.T, h Harness) {
	a := h.app(t, nil)
	logins := a.failing()
	a.store.calls()
	for what, l := range logins {
		before := a.service.PasswordStats().Computed
		a.tryLogin(l[0], l[1])
		if n := a.service.PasswordStats().Computed - before; n != 1 {
			t.Errorf("%s: %d hashes", what, n)
		}
		if calls := a.store.calls(); !maps.Equal(calls, map[string]int{"User": 1}) {
			t.Errorf("%s: %v", what, calls)
		}
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
		p := a.tryLogin(spelling, Password)
		if p.status != http.StatusOK {
			t.Errorf("%q: %d %s", spelling, p.status, p.text)
			continue
		}
		if id := a.get("/api/me", p.field("access")).field("id"); id != u.ID {
			t.Errorf("%q is user %s, want %s", spelling, id, u.ID)
		}
	}
}

func passwordsAreNotTrimmed(t *testing.T, h Harness) {
	a := h.app(t, nil)
	const spaced = "  two blanks on each side  "
	a.user(ann, func(n *auth.NewUser) { n.Password = spaced })
	a.tryLogin(ann, spaced).want(t, http.StatusOK, "")
	for _, other := range []string{
		strings.TrimSpace(spaced), spaced + " ", spaced[1:], strings.ReplaceAll(spaced, "  ", "\t\t"),
	} {
		a.tryLogin(ann, other).want(t, http.StatusUnauthorized, loginFailedBody)
	}
}

func loginIgnoresTheURL(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	query := "/token/?" + url.Values{"email": {ann}, "password": {Password}}.Encode()
	required := `{"email":["This field is required."],"password":["This field is required."]}`
	a.post(query, "").want(t, http.StatusBadRequest, required)
	a.post(query, "{}").want(t, http.StatusBadRequest, required)
	a.post(query, "x=1", "Content-Type", "application/x-www-form-urlencoded").
		want(t, http.StatusBadRequest, required)
	a.post("/token/?email=bob@example.com", object{"email": ann, "password": Password}).
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
	a.tryLogin("bob@example.com", Password).want(t, http.StatusUnauthorized, loginFailedBody)
	a.tryLogin("bob@example.com", "wrong").want(t, http.StatusUnauthorized, loginFailedBody)
	r := httptest.NewRequest(http.MethodPost, "/auth/token/sliding/",
		strings.NewReader(encoded(t, object{"email": "bob@example.com", "password": Password})))
	r.Header.Set("Content-Type", "application/json")
	a.do(r).want(t, http.StatusUnauthorized, loginFailedBody)
}
