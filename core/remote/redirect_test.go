package remote_test

import (
	"net/http"
	"testing"
)

func TestRedirectsAreNotFollowed(t *testing.T) {
	elsewhere := newUpstream(t, says(http.StatusOK, `{"access":"evil","refresh":"evil","id":1,"email":"evil@b.co"}`))
	for _, status := range []int{300, 301, 302, 303, 304, 305, 307, 308} {
		for _, location := range []string{elsewhere.URL + "/auth/user/", "/auth/user/", "", "//evil", "http://["} {
			u := newUpstream(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				w.Header().Set("Location", location)
				w.WriteHeader(status)
			})
			c := newClient(t, u.URL)
			for name, ask := range calls {
				e := answered(t, ask(t.Context(), c), http.StatusServiceUnavailable, textRequest)
				if got := e.Response().Header.Get("Location"); got != "" {
					t.Errorf("%s: location %q passes", name, got)
				}
			}
			if n := len(u.seen()); n != len(calls) {
				t.Errorf("%d to %q: %d requests for %d calls", status, location, n, len(calls))
			}
		}
	}
	if n := len(elsewhere.seen()); n != 0 {
		t.Errorf("the target was asked %d times", n)
	}
}
