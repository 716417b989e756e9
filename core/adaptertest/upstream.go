package adaptertest

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// upstream is an auth-service that answers as a claim wants it: who presents which access token, and
// what it does instead of an answer.
type upstream struct {
	t   *testing.T
	url string

	mu       sync.Mutex
	profiles map[string]object // by access token
	instead  http.HandlerFunc  // nil: it answers
	asked    map[string]int    // by path
}

// upstream starts an auth-service that knows nobody yet.
func newUpstream(t *testing.T) *upstream {
	u := &upstream{t: t, profiles: map[string]object{}, asked: map[string]int{}}
	server := httptest.NewServer(u)
	t.Cleanup(server.Close)
	u.url = server.URL
	return u
}

// knows lets an access token be that of a profile from now on.
func (u *upstream) knows(access string, profile object) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.profiles[access] = profile
}

// does sets what happens instead of any answer; nil ends it.
func (u *upstream) does(instead http.HandlerFunc) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.instead = instead
}

// count returns how often a path was asked, or any.
func (u *upstream) count(paths ...string) int {
	u.mu.Lock()
	defer u.mu.Unlock()
	n := 0
	for path, times := range u.asked {
		for _, wanted := range paths {
			if path == wanted {
				n += times
			}
		}
		if len(paths) == 0 {
			n += times
		}
	}
	return n
}

// ServeHTTP implements [http.Handler].
func (u *upstream) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, _ := io.ReadAll(r.Body) // only then it is noticed that the client has gone
	var body map[string]any
	_ = json.Unmarshal(raw, &body)
	u.mu.Lock()
	u.asked[r.URL.Path]++
	instead := u.instead
	status, answer := u.answer(r, body)
	u.mu.Unlock()
	if instead != nil {
		instead(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, answer)
}

// answer is what the protocol wants.
func (u *upstream) answer(r *http.Request, body map[string]any) (status int, answer string) {
	text := func(name string) string { s, _ := body[name].(string); return s }
	switch r.Method + " " + r.URL.Path {
	case "POST /auth/token/", "POST /auth/token/sliding/":
		for access, p := range u.profiles {
			if address, _ := p["email"].(string); sameAddress(address, text("email")) && text("password") == userPassword {
				if strings.HasSuffix(r.URL.Path, "/sliding/") {
					return http.StatusOK, `{"token":"` + access + `"}`
				}
				return http.StatusOK, `{"refresh":"r.` + access + `","access":"` + access + `"}`
			}
		}
		return http.StatusUnauthorized, loginFailedBody
	case "POST /auth/token/refresh/":
		access, _ := strings.CutPrefix(text("refresh"), "r.")
		return u.accepts(access, `{"access":"`+access+`"}`)
	case "POST /auth/token/verify/":
		return u.accepts(text("token"), "{}")
	case "POST /auth/token/sliding/refresh/":
		return u.accepts(text("token"), `{"token":"`+text("token")+`"}`)
	case "POST /auth/token/blacklist/", "POST /auth/password-change/":
		return http.StatusOK, "{}"
	case "GET /auth/user/":
		access, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		return u.accepts(access, encoded(u.t, u.profiles[access]))
	}
	return http.StatusNotFound, `{"detail":"Not found."}`
}

func sameAddress(a, b string) bool {
	return strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b))
}

func (u *upstream) accepts(access, answer string) (int, string) {
	if _, known := u.profiles[access]; known {
		return http.StatusOK, answer
	}
	return http.StatusUnauthorized, invalidBody
}

// profileOf is what the auth-service says of a user. Changes replace members.
func profileOf(id int, email string, changes object) object {
	p := object{
		"id": id, "first_name": "Test", "email": email, "last_name": "User", "date_joined": "2026-01-01T00:00:00Z",
		"last_login": nil, "is_active": true, "is_staff": false, "is_superuser": false,
	}
	maps.Copy(p, changes)
	maps.DeleteFunc(p, func(_ string, v any) bool { return v == absent })
	return p
}
