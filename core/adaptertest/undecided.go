package adaptertest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
)

// noError is an error that is none.
func noError() error {
	var none *auth.Error
	return none
}

// broken are guards that cannot decide.
var broken = map[string]auth.Guard{
	"nil":                      nil,
	"panics":                   func(context.Context, *auth.Identity) error { panic("the guard is broken") },
	"panics with nil":          func(context.Context, *auth.Identity) error { panic(nil) },
	"aborts":                   func(context.Context, *auth.Identity) error { panic(http.ErrAbortHandler) },
	"looks at nothing":         func(context.Context, *auth.Identity) error { _ = *(*auth.Identity)(nil); return nil },
	"errs":                     func(context.Context, *auth.Identity) error { return errOutage },
	"errs twice":               func(context.Context, *auth.Identity) error { return errors.Join(errOutage, noError()) },
	"returns no error":         func(context.Context, *auth.Identity) error { return noError() },
	"asks nothing":             auth.When(nil),
	"no role":                  auth.HasRole(""),
	"one role of two":          auth.HasRole("x", ""),
	"no permission":            auth.HasPermission(""),
	"a permission and nothing": auth.HasPermission("x", ""),
	"no audience":              auth.HasAudience(""),
	"an audience and nothing":  auth.HasAudience("x", ""),
	"asks and panics":          auth.When(func(*auth.Identity) bool { panic("the guard is broken") }),
}

// forms are what a guard may be part of. Nobody whom these admit would be admitted for the guard's
// failure alone.
var forms = map[string]func(g auth.Guard) auth.Guard{
	"itself":                   func(g auth.Guard) auth.Guard { return g },
	"All":                      func(g auth.Guard) auth.Guard { return auth.All(g) },
	"All of it and more":       func(g auth.Guard) auth.Guard { return auth.All(g, auth.Authenticated) },
	"All of more and it":       func(g auth.Guard) auth.Guard { return auth.All(auth.Authenticated, g) },
	"Any":                      func(g auth.Guard) auth.Guard { return auth.Any(g) },
	"Any of it and a refusal":  func(g auth.Guard) auth.Guard { return auth.Any(g, auth.Staff) },
	"Any of a refusal and it":  func(g auth.Guard) auth.Guard { return auth.Any(auth.HasRole("x"), g, g) },
	"Not":                      func(g auth.Guard) auth.Guard { return auth.Not(g) },
	"Not Not":                  func(g auth.Guard) auth.Guard { return auth.Not(auth.Not(g)) },
	"Not All":                  func(g auth.Guard) auth.Guard { return auth.Not(auth.All(auth.Authenticated, g)) },
	"Not Any":                  func(g auth.Guard) auth.Guard { return auth.Not(auth.Any(auth.Staff, g)) },
	"Any of Not and a refusal": func(g auth.Guard) auth.Guard { return auth.Any(auth.Not(g), auth.Superuser) },
	"four levels": func(g auth.Guard) auth.Guard {
		return auth.All(auth.Not(auth.Any(auth.Staff, auth.All(auth.Not(g), auth.Authenticated))), auth.Authenticated)
	},
}

// PG-01, PG-02, PG-05, C-19.
func brokenGuards(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	access := a.login(ann).access
	var routes []Route
	names := map[string]string{}
	add := func(name string, guards ...auth.Guard) {
		path := fmt.Sprintf("/api/own/%d", len(routes))
		names[path] = name
		routes = append(routes, Route{Method: http.MethodGet, Path: path, Guards: guards, Handle: a.whoami})
	}
	for what, guard := range broken {
		for form, of := range forms {
			add(form+": "+what, of(guard))
		}
		add("after another: "+what, auth.Authenticated, guard)
		add("before another: "+what, guard, auth.Authenticated)
	}
	a.serve(routes)
	for path, name := range names {
		denials := a.count(auth.EventDenied)
		if p := a.get(path, access); p.status != http.StatusForbidden || p.text != undecidedBody {
			t.Errorf("%s: %d %s", name, p.status, p.text)
		}
		denials++
		p := a.get(path, "")
		switch p.text {
		case undecidedBody:
			denials++ // of nobody, but the guard is broken
		case nobodyBody:
		default:
			t.Errorf("%s: nobody is answered %d %s", name, p.status, p.text)
		}
		if a.hit(path) != 0 || a.count(auth.EventDenied) != denials {
			t.Errorf("%s: %d handlers ran, %d denials told", name, a.hit(path), a.count(auth.EventDenied)-denials)
		}
	}
	wantCauses(a)
	a.get("/api/me", access).want(t, http.StatusOK, "")
	a.get(a.guarded(auth.Any(broken["errs"], auth.Authenticated)), access).want(t, http.StatusOK, "")
	late := func(context.Context, *auth.Identity) error { return context.DeadlineExceeded }
	denials := a.count(auth.EventDenied)
	a.get(a.guarded(late), "").want(t, http.StatusServiceUnavailable, unavailableBody)
	a.get(a.guarded(late), access).want(t, http.StatusServiceUnavailable, unavailableBody)
	a.get(a.guarded(auth.Authenticated), "").want(t, http.StatusUnauthorized, nobodyBody)
	if n := a.count(auth.EventDenied) - denials; n != 2 {
		t.Errorf("%d denials told, want 2", n)
	}
}

// wantCauses fails unless every event of what is broken says why.
func wantCauses(a *app) {
	a.t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, e := range a.events {
		broken := e.Kind == auth.EventFailure || e.Kind == auth.EventUnavailable || e.Kind == auth.EventDenied || e.Reason == "refused"
		if broken && e.Err == nil {
			a.t.Errorf("no cause in %+v", e)
		}
	}
}

// PG-05.
func guardsOfTheGone(t *testing.T, h Harness) {
	a := h.app(t, stateless)
	a.user(ann)
	access := a.login(ann).access
	ctx, hangUp := context.WithCancel(t.Context())
	waiting := func(ctx context.Context, _ *auth.Identity) error {
		hangUp()
		<-ctx.Done()
		return fmt.Errorf("asking the database: %w", ctx.Err())
	}
	for what, guard := range map[string]auth.Guard{
		"waits": waiting, "All": auth.All(auth.Authenticated, waiting), "Any": auth.Any(auth.Staff, waiting), "Not": auth.Not(waiting),
	} {
		path := a.guarded(guard)
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil)
		r.Header.Set("Authorization", "Bearer "+access)
		if p := a.do(r); p.status != http.StatusServiceUnavailable || a.hit(path) != 0 {
			t.Errorf("%s: %d %s, %d handlers ran", what, p.status, p.text, a.hit(path))
		}
	}
}

// PG-07: what is guarded is decided by the route that was matched.
func pathsAroundGuards(t *testing.T, h Harness) {
	a := h.app(t, nil)
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodOptions} {
		for _, path := range []string{
			"/api/staff", "/api/staff/", "//api/staff", "/api//staff", "/api/./staff", "/api/x/../staff", "/api%2fstaff", "/API/staff",
			"/api/staff;x", "/api/staff%00", "/api/maybe/../staff", "/api/maybe/%2e%2e/staff", "/api/%73taff",
		} {
			r := httptest.NewRequest(method, "/", nil)
			u, err := url.Parse("http://example.com" + path)
			if err != nil {
				t.Fatal(err)
			}
			r.URL, r.RequestURI = u, path
			r.Header.Set("X-Original-Url", "/api/maybe")
			r.Header.Set("X-Http-Method-Override", http.MethodOptions)
			w := httptest.NewRecorder()
			if v := a.panics(w, r); v != nil || w.Code < http.StatusMultipleChoices && !strings.HasPrefix(method, "OPT") {
				t.Errorf("%s %s: %d %s, panic %v", method, path, w.Code, w.Body, v)
			}
		}
	}
	if n := a.hit("/api/staff"); n != 0 {
		t.Errorf("%d handlers ran", n)
	}
}
