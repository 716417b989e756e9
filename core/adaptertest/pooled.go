package adaptertest

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	auth "github.com/authplug/authplug/core"
)

// CN-03, I-20. Engines use their contexts again for the next request.
var pooledClaims = []claim{
	{"an identity stays with its request, also in a goroutine that outlives it", identitiesStay},
}

// whoHeader is who a request says it is from, for the handler to compare.
const whoHeader = "X-Who"

// visit is one request of many at once.
type visit struct {
	who, access string // access: of who, or a bad one, or none
	path        string
	panics      bool // the handler does
	gone        bool // the client is, at some time
	status      int
}

// visits are the requests of one user, in an order that mixes what leaves something behind with
// what could find it.
func visits(who string, tokens pair) []visit {
	const path, editors = "/api/whose", "/api/editor"
	ok := visit{who: who, access: tokens.access, path: path, status: http.StatusOK}
	nobody := visit{path: path, status: http.StatusOK}
	panics, gone, bad := ok, ok, ok
	panics.panics, panics.status = true, http.StatusInternalServerError
	gone.gone, gone.status = true, 0
	bad.access, bad.status = tokens.refresh, http.StatusUnauthorized
	denied := visit{who: who, access: tokens.access, path: editors, status: http.StatusForbidden}
	return []visit{ok, nobody, panics, nobody, ok, gone, nobody, bad, nobody, denied, nobody, gone, panics, ok}
}

func identitiesStay(t *testing.T, h Harness) {
	for _, configure := range []func(*auth.Settings){nil, stateless} {
		const users, rounds = 16, 4
		a := h.app(t, configure)
		settle := a.serveWhose()
		all := make([][]visit, users)
		for i := range all {
			who := fmt.Sprintf("user%d@example.com", i)
			a.user(who)
			all[i] = slices.Repeat(visits(who, a.login(who)), rounds)
		}
		together(users, func(i int) int {
			for _, v := range all[i] {
				a.visit(v)
			}
			return 0
		})
		settle()
		for i := range all {
			a.isOnly(fmt.Sprintf("user%d@example.com", i), all[i][0].access, false)
		}
		if n := a.hit("/api/editor"); n != 0 {
			t.Errorf("%d handlers ran after a refusal", n)
		}
	}
}

// serveWhose adds a route that checks whose each request is, also when it and all others are over,
// and returns what waits for the last check.
func (a *app) serveWhose() (settle func()) {
	var kept sync.WaitGroup
	over := make(chan struct{})
	a.serve([]Route{{
		Method: http.MethodGet, Path: "/api/whose",
		Handle: func(r *http.Request, id *auth.Identity) any {
			who, ctx := r.Header.Get(whoHeader), r.Context()
			a.isFrom(who, id)
			for _, wait := range []<-chan struct{}{ctx.Done(), over} {
				kept.Go(func() {
					a.isFrom(who, auth.FromContext(ctx))
					<-wait
					a.isFrom(who, auth.FromContext(ctx))
				})
			}
			if r.Header.Get("X-Panic") != "" {
				panic("the handler is broken")
			}
			return a.whoami(r, id)
		},
	}})
	return func() {
		close(over)
		kept.Wait()
	}
}

// isFrom checks that an identity is a user's, or nobody's.
func (a *app) isFrom(who string, id *auth.Identity) {
	switch {
	case id == nil && who == "":
	case id == nil || id.User.Email != who:
		a.t.Errorf("a request of %q has the identity %+v", who, id)
	}
}

// visit sends one request; the context of each ends with it, as a server's does.
func (a *app) visit(v visit) {
	ctx, end := context.WithCancel(context.Background())
	defer end()
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, v.path, nil)
	r.Header.Set(whoHeader, v.who)
	if v.access != "" {
		r.Header.Set("Authorization", "Bearer "+v.access)
	}
	if v.panics {
		r.Header.Set("X-Panic", "1")
	}
	if v.gone {
		go end()
	}
	w := httptest.NewRecorder()
	broken := a.panics(w, r)
	if broken != nil && v.panics {
		return // the framework leaves recovering to others
	}
	busy := w.Code == http.StatusServiceUnavailable // a machine under load may keep a store waiting
	if broken != nil || v.status != 0 && w.Code != v.status && !busy {
		a.t.Errorf("%+v: %d %s, panic %v", v, w.Code, w.Body, broken)
	}
	if w.Code == http.StatusOK && v.who != "" && !strings.Contains(w.Body.String(), `"`+v.who+`"`) {
		a.t.Errorf("%s is answered %s", v.who, w.Body)
	}
}
