package adaptertest

import (
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/remote"
)

var clientOutageClaims = []claim{
	{"an auth-service that does not answer is an outage and no refusal", clientOutages},
	{"it serves again as soon as the auth-service does", clientRecovers},
	{"logging out succeeds while the auth-service is down, and operators are told", clientLogoutInOutage},
	{"a store that is down is an outage as well", clientStoreOutage},
}

// answersWith answers everything the same.
func answersWith(status int, kind, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// secretWords are the auth-service's own.
const secretWords = "Traceback: SELECT password"

// upstreamOutage is a way in which an auth-service does not answer.
type upstreamOutage struct {
	does     http.HandlerFunc
	detail   string        // what is said of it
	patience time.Duration // of the client-service; 0: the usual one
}

func (o upstreamOutage) configure(_ *auth.Settings, r *remote.Settings) { r.Timeout = o.patience }

// upstreamOutages are all ways.
func upstreamOutages() map[string]upstreamOutage {
	const (
		failed  = "Authentication service returned an error."
		notJSON = "Authentication Service response has incorrect content-type. " +
			"Expected application/json but received text/html"
		secret = `{"detail":"` + secretWords + `"}`
	)
	silence := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	return map[string]upstreamOutage{
		"500 in HTML": {does: answersWith(http.StatusInternalServerError, "text/html", secretWords), detail: notJSON},
		"500":         {does: answersWith(http.StatusInternalServerError, "application/json", secret), detail: failed},
		"502":         {does: answersWith(http.StatusBadGateway, "application/json", `"`+secretWords+`"`), detail: failed},
		"503":         {does: answersWith(http.StatusServiceUnavailable, "application/json", secret), detail: failed},
		"404":         {does: answersWith(http.StatusNotFound, "application/json", secret), detail: failed},
		"HTML":        {does: answersWith(http.StatusOK, "text/html", secretWords), detail: notJSON},
		"hangs": {
			does: silence, detail: "Authentication Service Timed Out.", patience: 100 * time.Millisecond,
		},
		"hangs up": {
			does:   func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
			detail: "Authentication Service Connection Error.",
		},
	}
}

// asks are the requests for which a client-service asks its auth-service.
func (a *app) asks() map[string]func() reply {
	asks := map[string]func() reply{
		"login":   func() reply { return a.tryLogin(ann, userPassword) },
		"refresh": func() reply { return a.refresh("r.t") },
		"verify":  func() reply { return a.verify("t") },
	}
	for _, path := range append([]string{"/api/maybe", "/auth/user/"}, guardedPaths...) {
		asks[path] = func() reply { return a.get(path, "t") }
	}
	return asks
}

func clientOutages(t *testing.T, h Harness) {
	for what, o := range upstreamOutages() {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			u := newUpstream(t)
			u.knows("t", profileOf(7, ann, nil))
			a := h.client(t, u.url, o.configure)
			u.does(o.does)
			body := `{"detail":"` + o.detail + `","code":"auth_service_unavailable"}`
			asks := a.asks()
			names := slices.Collect(maps.Keys(asks))
			for i, p := range together(len(names), func(i int) reply { return asks[names[i]]() }) {
				if p.status != http.StatusServiceUnavailable || p.text != body || p.header.Get("Retry-After") != "1" {
					t.Errorf("%s: %d %s %v", names[i], p.status, p.text, p.header)
				}
				if n := a.hit(names[i]); n != 0 {
					t.Errorf("%s: the handler ran %d times", names[i], n)
				}
			}
			a.get("/api/maybe", "").want(t, http.StatusOK, `{"id":null}`)
			a.get("/api/me", "").want(t, http.StatusUnauthorized, nobodyBody)
			a.toldNothing()
		})
	}
}

// toldNothing looks for the auth-service's own words in what operators are told.
func (a *app) toldNothing() {
	a.t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, e := range a.events {
		if e.Err != nil && strings.Contains(e.Err.Error(), secretWords) {
			a.t.Errorf("operators read the auth-service's words: %v", e.Err)
		}
	}
}

func clientRecovers(t *testing.T, h Harness) {
	u := newUpstream(t)
	u.knows("t", profileOf(7, ann, nil))
	a := h.client(t, u.url)
	for range 3 {
		u.does(answersWith(http.StatusServiceUnavailable, "text/plain", ""))
		a.get("/api/me", "t").want(t, http.StatusServiceUnavailable, "")
		u.does(nil)
		a.get("/api/me", "t").want(t, http.StatusOK, "")
	}
}

func clientLogoutInOutage(t *testing.T, h Harness) {
	for what, o := range upstreamOutages() {
		u := newUpstream(t)
		a := h.client(t, u.url, o.configure)
		u.does(o.does)
		p := a.post(logoutPath, object{"refresh": "r"})
		if p.status != http.StatusOK || p.text != loggedOutBody {
			t.Errorf("%s: %d %s", what, p.status, p.text)
		}
		if n := a.count(auth.EventUnavailable); n != 1 {
			t.Errorf("%s: operators were told %d times, want once", what, n)
		}
	}
}

func clientStoreOutage(t *testing.T, h Harness) {
	a, _, _ := h.met(t)
	for _, path := range append([]string{"/api/maybe"}, guardedPaths...) {
		hits := a.hit(path)
		a.store.fail("*")
		a.get(path, "t").want(t, http.StatusServiceUnavailable, unavailableBody)
		a.store.heal()
		if a.hit(path) != hits {
			t.Errorf("%s: the handler ran", path)
		}
	}
	a.get("/api/me", "t").want(t, http.StatusOK, "")
}
