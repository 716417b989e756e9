package adaptertest

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

var bindingClaims = []claim{
	{"tokens are good at the address of their session alone", boundToAddress},
	{"tokens are good around the address of their session", boundToPrefix},
	{"an address has one spelling", boundSpelling},
	{"an address that is not known is no other one", boundToNothing},
	{"tokens are good with the program of their session alone", boundToAgent},
	{"who presents a stolen token does its owner no harm", boundThief},
	{"a rule of the application binds", boundByRule},
	{"a mismatch may only be told", boundReport},
	{"every way to use a token is bound", boundEverywhere},
	{"a token without a session is bound to nobody", boundForeign},
	{"only trusted proxies say who a client is", boundBehindProxies},
	{"whoever asks whether a token is good need not be its client", boundNotAtVerify},
}

// from asks as a client at an address with a port.
func (a *app) from(remote string, method, path string, body any, header ...string) reply {
	a.t.Helper()
	r := a.request(method, path, body, header...)
	r.RemoteAddr = remote
	return a.do(r)
}

func (a *app) loginFrom(remote string, header ...string) pair {
	a.t.Helper()
	p := a.from(remote, http.MethodPost, a.path("/token/"), object{"email": ann, "password": userPassword}, header...)
	p.want(a.t, http.StatusOK, "")
	return p.pair()
}

func (a *app) refreshFrom(remote, token string, header ...string) reply {
	a.t.Helper()
	return a.from(remote, http.MethodPost, a.path("/token/refresh/"), object{"refresh": token}, header...)
}

func (a *app) getFrom(remote, access string, header ...string) reply {
	a.t.Helper()
	return a.from(remote, http.MethodGet, "/api/me", nil, append(header, "Authorization", "Bearer "+access)...)
}

// bound serves with a binding.
func (h Harness) bound(t *testing.T, bind func(*auth.Settings)) *app {
	t.Helper()
	a := h.app(t, bind)
	a.user(ann)
	return a
}

func exactAddress(s *auth.Settings) { s.Devices.BindAddress = auth.BindExact }

// wantBound checks that tokens are good at some addresses and not at others, and that nothing is lost.
func (a *app) wantBound(login string, good, bad []string) {
	a.t.Helper()
	tokens := a.loginFrom(login)
	for _, remote := range bad {
		a.getFrom(remote, tokens.access).want(a.t, http.StatusUnauthorized, refusedBody(invalidText))
		a.refreshFrom(remote, tokens.refresh).want(a.t, http.StatusUnauthorized, invalidBody)
	}
	for _, remote := range good {
		a.getFrom(remote, tokens.access).want(a.t, http.StatusOK, "")
		p := a.refreshFrom(remote, tokens.refresh)
		p.want(a.t, http.StatusOK, "")
		tokens = p.pair()
	}
	if n := a.count(auth.EventBindingMismatch); n != 2*len(bad) {
		a.t.Errorf("%d events, want %d", n, 2*len(bad))
	}
}

// DV-01.
func boundToAddress(t *testing.T, h Harness) {
	a := h.bound(t, exactAddress)
	a.wantBound("203.0.113.5:1", []string{"203.0.113.5:2"}, []string{"203.0.113.6:1", "[2001:db8::1]:1"})
}

// DV-03.
func boundToPrefix(t *testing.T, h Harness) {
	prefix := func(s *auth.Settings) { s.Devices.BindAddress = auth.BindPrefix }
	h.bound(t, prefix).wantBound("203.0.113.5:1",
		[]string{"203.0.113.200:1", "203.0.113.7:1"}, []string{"203.0.114.5:1", "[2001:db8:1::1]:1", "[::]:1"})
	h.bound(t, prefix).wantBound("[2001:db8:1:2::a]:1",
		[]string{"[2001:db8:1:2::b]:1", "[2001:db8:1:3::a]:1"}, []string{"[2001:db8:2::a]:1", "203.0.113.5:1"})
}

// DV-03.
func boundSpelling(t *testing.T, h Harness) {
	for login, same := range map[string]string{
		"[::ffff:203.0.113.5]:1": "203.0.113.5:1", "[2001:DB8:0:0::1]:1": "[2001:db8::1]:1", "[fe80::1%eth0]:1": "[fe80::1]:1",
	} {
		h.bound(t, exactAddress).wantBound(login, []string{same}, nil)
	}
}

// DV-03.
func boundToNothing(t *testing.T, h Harness) {
	for _, mode := range []string{auth.BindExact, auth.BindPrefix} {
		a := h.bound(t, func(s *auth.Settings) { s.Devices.BindAddress = mode })
		a.wantBound("a socket", nil, []string{"a socket", "", "203.0.113.05:1"})
	}
}

func boundToAgent(t *testing.T, h Harness) {
	a := h.bound(t, func(s *auth.Settings) { s.Devices.BindAgent = auth.BindExact })
	tokens := a.login(ann, "User-Agent", firefox)
	for _, other := range []string{"", firefox + " ", strings.ToLower(firefox), "Firefox on Linux", "\xff"} {
		a.send(http.MethodGet, "/api/me", nil, "Authorization", "Bearer "+tokens.access, "User-Agent", other).
			want(t, http.StatusUnauthorized, refusedBody(invalidText))
		a.post("/token/refresh/", object{"refresh": tokens.refresh}, "User-Agent", other).
			want(t, http.StatusUnauthorized, invalidBody)
	}
	a.send(http.MethodGet, "/api/me", nil, "Authorization", "Bearer "+tokens.access, "User-Agent", firefox).want(t, http.StatusOK, "")
	a.post("/token/refresh/", object{"refresh": tokens.refresh}, "User-Agent", firefox).want(t, http.StatusOK, "")
	session, err := a.store.Session(context.Background(), text(t, tokens.access, "sid"))
	if err != nil || session.Agent == "" || strings.Contains(session.Agent, "Firefox") {
		t.Errorf("the session keeps %q, want a hash (%v)", session.Agent, err)
	}
}

// DV-04.
func boundThief(t *testing.T, h Harness) {
	a := h.bound(t, exactAddress)
	tokens := a.loginFrom("203.0.113.5:1")
	old := tokens.refresh
	p := a.refreshFrom("203.0.113.5:1", old)
	p.want(t, http.StatusOK, "")
	tokens = p.pair()
	const thief = "198.51.100.7:1"
	for range 20 {
		a.getFrom(thief, tokens.access).want(t, http.StatusUnauthorized, "")
		a.refreshFrom(thief, tokens.refresh).want(t, http.StatusUnauthorized, "")
		a.refreshFrom(thief, old).want(t, http.StatusUnauthorized, "")
		for _, scope := range []string{"others", "all"} {
			a.from(thief, http.MethodPost, a.path(logoutPath), object{"refresh": tokens.refresh, "scope": scope})
		}
	}
	a.getFrom("203.0.113.5:9", tokens.access).want(t, http.StatusOK, "")
	a.refreshFrom("203.0.113.5:9", tokens.refresh).want(t, http.StatusOK, "")
	if n := a.count(auth.EventRefreshReused); n != 0 {
		t.Errorf("%d reuses told of, want none", n)
	}
}

func boundByRule(t *testing.T, h Harness) {
	a := h.bound(t, func(s *auth.Settings) {
		s.Devices.Bind = func(_ context.Context, session *auth.Session, from auth.Client) error {
			switch {
			case from.Address == "203.0.113.13":
				panic("unlucky")
			case session.Device != from.Device:
				return errors.New("another device")
			}
			session.UserID = "changed"
			return nil
		}
	})
	tokens := a.login(ann, "X-Device-ID", deviceOne)
	for remote, device := range map[string]string{"203.0.113.5:1": deviceTwo, "203.0.113.6:1": "", "203.0.113.13:1": deviceOne} {
		a.getFrom(remote, tokens.access, "X-Device-ID", device).want(t, http.StatusUnauthorized, "")
		a.refreshFrom(remote, tokens.refresh, "X-Device-ID", device).want(t, http.StatusUnauthorized, invalidBody)
	}
	a.getFrom("203.0.113.5:1", tokens.access, "X-Device-ID", deviceOne).want(t, http.StatusOK, "")
	a.refreshFrom("203.0.113.5:1", tokens.refresh, "X-Device-ID", deviceOne).want(t, http.StatusOK, "")
}

func boundReport(t *testing.T, h Harness) {
	a := h.bound(t, func(s *auth.Settings) { exactAddress(s); s.Devices.ReportOnly = true })
	tokens := a.loginFrom("203.0.113.5:1")
	a.getFrom("198.51.100.7:1", tokens.access).want(t, http.StatusOK, "")
	a.refreshFrom("198.51.100.7:1", tokens.refresh).want(t, http.StatusOK, "")
	if n := a.count(auth.EventBindingMismatch); n != 2 {
		t.Errorf("%d events, want 2", n)
	}
}

// DV-01.
func boundEverywhere(t *testing.T, h Harness) {
	for name, configure := range map[string]func(*auth.Settings){
		"easy":      func(s *auth.Settings) { easy(s) },
		"stateless": func(s *auth.Settings) { s.Claims.Stateless = true },
		"stateless and easy": func(s *auth.Settings) {
			easy(s)
			s.Claims.Stateless = true
		},
	} {
		a := h.bound(t, func(s *auth.Settings) { configure(s); exactAddress(s) })
		tokens := a.loginFrom("203.0.113.5:1")
		a.getFrom("203.0.113.5:2", tokens.access).want(t, http.StatusOK, "")
		if p := a.getFrom("198.51.100.7:1", tokens.access); p.status != http.StatusUnauthorized {
			t.Errorf("%s: %d %s", name, p.status, p.text)
		}
	}
	a := h.bound(t, func(s *auth.Settings) {
		exactAddress(s)
		s.Tokens.Kind = auth.KindSliding
	})
	sliding := a.from("203.0.113.5:1", http.MethodPost, a.path("/token/"), object{"email": ann, "password": userPassword}).field("token")
	for remote, status := range map[string]int{"198.51.100.7:1": http.StatusUnauthorized, "203.0.113.5:1": http.StatusOK} {
		a.getFrom(remote, sliding).want(t, status, "")
		a.from(remote, http.MethodPost, a.path("/token/sliding/refresh/"), object{"token": sliding}).want(t, status, "")
		a.from(remote, http.MethodGet, a.path(sessionsPath), nil, "Authorization", "Bearer "+sliding).want(t, status, "")
	}
}

func boundForeign(t *testing.T, h Harness) {
	a := h.app(t, exactAddress)
	u := a.user(ann)
	a.get("/api/me", a.foreign("access", u.ID, nil)).want(t, http.StatusUnauthorized, refusedBody(invalidText))
	p := a.refreshFrom("203.0.113.5:1", a.foreign("refresh", u.ID, nil)) // opens a session of this client
	p.want(t, http.StatusOK, "")
	a.getFrom("203.0.113.5:1", p.pair().access).want(t, http.StatusOK, "")
	a.getFrom("203.0.113.6:1", p.pair().access).want(t, http.StatusUnauthorized, "")
}

func boundBehindProxies(t *testing.T, h Harness) {
	a := h.bound(t, func(s *auth.Settings) {
		exactAddress(s)
		s.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	})
	tokens := a.loginFrom("10.0.0.1:1", "X-Forwarded-For", "1.1.1.1, 203.0.113.5, 10.9.9.9")
	a.getFrom("10.0.0.2:1", tokens.access, "X-Forwarded-For", "203.0.113.5").want(t, http.StatusOK, "")
	a.getFrom("203.0.113.5:1", tokens.access).want(t, http.StatusOK, "")
	for remote, forwarded := range map[string]string{
		"198.51.100.7:1": "203.0.113.5", "10.0.0.1:1": "203.0.113.5, 198.51.100.7", "10.0.0.2:1": "",
	} {
		a.getFrom(remote, tokens.access, "X-Forwarded-For", forwarded).want(t, http.StatusUnauthorized, "")
	}
	if all := a.events[len(a.events)-1]; all.Address == "203.0.113.5" {
		t.Errorf("event %+v names the owner's address", all)
	}
}

func boundNotAtVerify(t *testing.T, h Harness) {
	a := h.bound(t, exactAddress)
	tokens := a.loginFrom("203.0.113.5:1")
	a.pass(time.Second)
	a.verify(tokens.access).want(t, http.StatusOK, "{}")
	a.verify(tokens.refresh).want(t, http.StatusOK, "{}")
}
