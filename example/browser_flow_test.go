package example_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// visitor is a person with a browser that keeps cookies, without one that runs.
type visitor struct {
	*http.Client

	t    *testing.T
	base string
}

const visitorEmail = "ann@example.com"

func newVisitor(t *testing.T, s *program) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &visitor{&http.Client{Jar: jar, CheckRedirect: stay}, t, "http://" + s.addr}
}

// send sends a request as a person's browser does; a form is nil for a GET.
func (v *visitor) send(path string, form url.Values, header ...string) (status int, where, text string) {
	v.t.Helper()
	method, body := http.MethodGet, ""
	if form != nil {
		method, body = http.MethodPost, form.Encode()
	}
	r, err := http.NewRequest(method, v.base+path, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w, err := v.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer func() { _ = w.Body.Close() }()
	page, err := io.ReadAll(w.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return w.StatusCode, w.Header.Get("Location"), string(page)
}

var csrfInput = regexp.MustCompile(`name="csrfmiddlewaretoken" value="([^"]*)"`)

// fill fills in the form of a page and sends it.
func (v *visitor) fill(path string, form url.Values) (status int, where, text string) {
	v.t.Helper()
	_, _, page := v.send(path, nil)
	m := csrfInput.FindStringSubmatch(page)
	if m == nil {
		v.t.Fatalf("%s has no form:\n%s", path, page)
	}
	form.Set("csrfmiddlewaretoken", m[1])
	return v.send(path, form)
}

// The programs as people use them: both services, on both frameworks.
func TestPeopleUseThePages(t *testing.T) {
	for _, framework := range []string{"gin", "echo"} {
		t.Run(framework, func(t *testing.T) {
			own := newPlace(t, strongKey, "DEV=true", "STORE=memory:", "FRAMEWORK="+framework, "EASY_JWT_COOKIE_MODE=one-cookie").start()
			v := newVisitor(t, own)
			v.wants(303, "/auth/login/?next=%2Fapi%2Fwhoami%2F")(v.send("/api/whoami/", nil))
			v.wants(303, "/auth/login/")(v.fill("/auth/register/", url.Values{"email": {visitorEmail}, "password": {password}, "confirm_password": {password}}))
			v.useLogin()

			client := newClientPlace(t, "DEV=true", "STORE=memory:", "FRAMEWORK="+framework, "EASY_JWT_COOKIE_MODE=one-cookie",
				"EASY_JWT_REMOTE_AUTH_SERVICE_URL=http://"+own.addr, "EASY_JWT_PASSWORD_RESET_URL=https://auth.example.com/auth/password-reset/").start()
			c := newVisitor(t, client)
			v.wants(403, "")(v.send("/auth/token/", url.Values{"email": {visitorEmail}, "password": {password}}))
			c.wants(303, "https://auth.example.com/auth/password-reset/")(c.send("/auth/password-reset/", nil))
			c.wants(403, "")(c.send("/auth/token/", url.Values{"email": {visitorEmail}, "password": {password}}))
		})
	}
}

// useLogin logs in and out.
func (v *visitor) useLogin() {
	v.t.Helper()
	v.wants(401, "")(v.fill("/auth/login/", url.Values{"email": {visitorEmail}, "password": {"wrong"}}))
	v.wants(303, "/api/whoami/")(v.fill("/auth/login/", url.Values{"email": {visitorEmail}, "password": {password}, "next": {"/api/whoami/"}}))
	if status, _, text := v.send("/api/whoami/", nil); status != http.StatusOK || !strings.Contains(text, visitorEmail) {
		v.t.Errorf("%d %s", status, text)
	}
	v.wants(403, "")(v.send("/api/touch/", url.Values{}))
	v.wants(200, "")(v.send("/auth/devices/", nil))
	v.wants(303, "/auth/login/")(v.fill("/auth/logout/", url.Values{}))
	v.wants(401, "")(v.send("/api/whoami/", nil, "Accept", "application/json"))
}

// wants reports an error unless an answer has this status and leads there.
func (v *visitor) wants(status int, where string) func(int, string, string) {
	return func(gotStatus int, gotWhere, text string) {
		v.t.Helper()
		if gotStatus != status || gotWhere != where {
			v.t.Fatalf("%d to %q, want %d to %q\n%s", gotStatus, gotWhere, status, where, text)
		}
	}
}
