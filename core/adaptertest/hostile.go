package adaptertest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode"

	auth "github.com/authplug/authplug/core"
)

var hostileClaims = []claim{
	{"text of any kind is text", hostileTexts},
	{"what no store can keep does not reach one", unkeepableTexts},
	{"nothing grows with what strangers send", strangersWriteNothing},
	{"no event has a line of its own of what somebody sent", eventsAreOneLine},
}

// hostile are texts that something behind a service could take for more than text.
var hostile = []string{
	"' OR '1'='1", `"; DROP TABLE users;--`, "1; DELETE FROM auth_sessions", "admin'--", "') UNION SELECT * FROM users --",
	"%", "_", "%%", "_nn@example.com", "%@example.com", `\`, `\\`, `\'`, "`", "$(id)", "${7*7}", "{{7*7}}", "<%= 7*7 %>", "%s%s%n%d",
	"../../../../etc/passwd", "/dev/null", "C:\\nul", "file:///etc/passwd", "http://169.254.169.254/", "|cat", ";ls", "&&", "*", "?", "[a-z]",
	"<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "javascript:alert(1)", "\r\nSet-Cookie: a=b", "\n", "\t", " ", "a\r\nb",
	"null", "undefined", "true", "NaN", "Infinity", "-1", "0", "1e309", "0x7fffffff", "9223372036854775808", "[]", "{}", `{"$ne":""}`, `{"$gt":""}`,
	"\u202e\u2066abc\u2069", "\ufeff", "\u200b", "\u2028\u2029", "ÅÍÎÏ˝ÓÔÒ", "田中さんにあげて", "표현의 자유", "👩‍👩‍👧‍👦🏳️‍🌈", "a\u0300\u0301\u0302\u0303\u0304",
	"\x1b[31mred", "\a\b\v\f", "\x7f", "ﬃ", "ſ", "İ", "ß", "ǅ", "１２３", strings.Repeat("é", 4000), strings.Repeat("(", 8000), strings.Repeat("%00", 100),
}

// endured sends a request and fails if it is answered like an accident.
func (a *app) endured(what string, r *http.Request) reply {
	a.t.Helper()
	p := a.do(r)
	if p.status >= http.StatusInternalServerError {
		a.t.Errorf("%s: %d %s", what, p.status, p.text)
	}
	return p
}

// ST-01, RG-07.
func hostileTexts(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	tokens := a.login(ann)
	before := a.state(nil)
	for _, text := range hostile {
		credentials := object{"email": text, "password": text}
		for endpoint, body := range map[string]object{
			"/token/": credentials, "/token/sliding/": credentials, "/create-user/": credentials,
			"/password-change/": {"email": text, "password": text, "new_password": text}, "/token/refresh/": {"refresh": text},
			"/token/verify/": {"token": text}, "/token/blacklist/": {"refresh": text}, "/token/sliding/refresh/": {"token": text},
			logoutPath: {"refresh": text, "token": text, "scope": text},
		} {
			r := httptest.NewRequest(http.MethodPost, a.path(endpoint), strings.NewReader(encoded(t, body)))
			r.Header.Set("Content-Type", "application/json")
			r.Header["User-Agent"], r.Header["X-Device-Id"] = []string{text}, []string{text}
			if p := a.endured(fmt.Sprintf("%s %.40q", endpoint, text), r); p.status < 300 && endpoint != logoutPath {
				t.Errorf("%s %.40q: %d %s", endpoint, text, p.status, p.text)
			}
		}
		for _, claim := range []string{"jti", "sid", "token_type", "iss", "email", "user_id"} {
			forged := a.foreign("access", u.ID, object{claim: text})
			r := httptest.NewRequest(http.MethodGet, "/api/editor", nil)
			r.Header.Set("Authorization", "Bearer "+forged)
			a.endured(fmt.Sprintf("claim %s %.40q", claim, text), r)
		}
		r := httptest.NewRequest(http.MethodGet, "/api/maybe", nil)
		r.Header["Authorization"] = []string{"Bearer " + mint(encoded(t, object{"alg": "HS256", "kid": text}), "{}")}
		a.endured(fmt.Sprintf("kid %.40q", text), r)
	}
	if after := a.state(nil); after != before {
		t.Errorf("before: %s\nafter: %s", before, after)
	}
	a.alive(tokens, true)
}

func eachPosted(f func(endpoint, field string)) {
	for endpoint, fields := range posted {
		for _, field := range fields {
			f(endpoint, field)
		}
	}
}

// ST-08.
func unkeepableTexts(t *testing.T, h Harness) {
	a := h.app(t, nil)
	for what, c := range map[string]struct {
		text   string // as it stands in the JSON
		status int
	}{
		"a NUL":                {`a\u0000b`, http.StatusBadRequest},
		"a NUL as it is":       {"a\x00b", http.StatusBadRequest},
		"invalid UTF-8":        {"a\xffb", http.StatusBadRequest},
		"half a character":     {"a\xf0\x9f", http.StatusBadRequest},
		"a surrogate":          {"\xed\xa0\x80", http.StatusBadRequest},
		"half a pair":          {`\ud83d`, http.StatusBadRequest},
		"too long an encoding": {"\xc0\x80", http.StatusBadRequest},
		"10 MiB":               {strings.Repeat("a", 10<<20), http.StatusRequestEntityTooLarge},
	} {
		hashes := a.service.PasswordStats().Computed
		eachPosted(func(endpoint, field string) {
			body := `{"email":"b@example.com","password":"` + userPassword + `","new_password":"` + userPassword + `","token":"x","refresh":"x"}`
			from := strings.Index(body, `"`+field+`":"`) + len(field) + 4
			if p := a.post(endpoint, body[:from]+c.text+body[from:]); p.status != c.status {
				t.Errorf("%s in %s of %s: %d %s", what, field, endpoint, p.status, p.text)
			}
			if endpoint == "/create-user/" && field == "password" {
				a.store.calls() // whether the address is taken is told as well
			}
		})
		if n, calls := a.service.PasswordStats().Computed-hashes, a.store.calls(); n != 0 || len(calls) != 0 {
			t.Errorf("%s: %d hashes, %v", what, n, calls)
		}
	}
}

// writes are the methods of a store that change something.
var writes = []string{"CreateUser", "UpdateUser", "DeleteUser", "CreateSession", "RotateSession", "EndSessions", "RevokeToken"}

// wrote returns which methods of them were called since the last time.
func (a *app) wrote() (methods []string) {
	calls := a.store.calls()
	for _, method := range writes {
		if calls[method] > 0 {
			methods = append(methods, method)
		}
	}
	return methods
}

// DS-05.
func strangersWriteNothing(t *testing.T, h Harness) {
	a := h.app(t, func(s *auth.Settings) { s.Users.UpdateLastLogin = true })
	u := a.user(ann)
	old := a.login(ann)
	a.pass(1000 * 3600e9)
	own := sign("a key of somebody else that is long enough for any of them", hs256, a.good(u.ID))
	expired := a.foreign("refresh", u.ID, object{"exp": a.clock().Unix() - 1})
	a.store.calls()
	for i := range 20 {
		address := fmt.Sprintf("stranger%d@example.com", i)
		a.tryLogin(address, userPassword).want(t, http.StatusUnauthorized, loginFailedBody)
		a.tryLogin(ann, address).want(t, http.StatusUnauthorized, loginFailedBody)
		a.changePassword(address, userPassword, freshPassword).want(t, http.StatusBadRequest, credentialsBody)
		a.register(object{"email": address, "password": "123"}).want(t, http.StatusBadRequest, "")
		for _, raw := range []string{address, own, expired, old.refresh, old.access, strings.Repeat("a.", 20)} {
			body := object{"refresh": raw, "token": raw}
			for _, endpoint := range []string{"/token/refresh/", "/token/verify/", "/token/blacklist/", "/token/sliding/refresh/"} {
				a.post(endpoint, body, "X-Device-ID", address).want(t, http.StatusUnauthorized, invalidBody)
			}
			a.post(logoutPath, body).want(t, http.StatusOK, loggedOutBody)
			a.get("/api/maybe", raw).want(t, http.StatusUnauthorized, refusedBody(invalidText))
		}
	}
	if methods := a.wrote(); methods != nil {
		t.Errorf("strangers made the store write: %v", methods)
	}
}

// LG-02.
func eventsAreOneLine(t *testing.T, h Harness) {
	const evil = "\r\n{\"level\":\"INFO\",\"msg\":\"login\"}\x1b[31m\u2028"
	a := h.app(t, nil)
	u := a.user(ann)
	a.tryLogin(evil+"@example.com", evil)
	a.changePassword(evil, evil, evil)
	a.post("/token/", "{"+evil, "User-Agent", evil)
	for _, claim := range []string{"jti", "sid", "token_type"} {
		for _, kind := range []string{"access", "refresh"} {
			token := a.foreign(kind, u.ID, object{claim: evil + strings.Repeat("x", 200)})
			a.refresh(token)
			a.get("/api/editor", token)
			a.post(logoutPath, object{"refresh": token})
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, e := range a.events {
		cause := ""
		if e.Err != nil {
			cause = e.Err.Error()
		}
		for _, text := range []string{e.UserID, e.SessionID, e.Address, e.Reason, cause} {
			if len(text) > 512 || strings.ContainsFunc(text, unicode.IsControl) {
				t.Errorf("%s tells %q", e.Kind, text)
			}
		}
	}
}
