package app

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/remote"
	"github.com/authplug/authplug/example/internal/config"
	"github.com/authplug/authplug/example/internal/demo"
	"github.com/authplug/authplug/memstore"
)

// upstream is an auth-service that can be anything but one.
type upstream struct {
	good http.Handler
	mood atomic.Pointer[func(http.ResponseWriter, string)] // nil: it behaves
}

// ServeHTTP answers in the mood it is in, with everything that it was sent.
func (u *upstream) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	mood := u.mood.Load()
	if mood == nil {
		u.good.ServeHTTP(w, r)
		return
	}
	body, _ := io.ReadAll(r.Body)
	(*mood)(w, fmt.Sprintf("%s %s %v", body, r.URL, r.Header))
}

// moods are answers that are none.
var moods = map[string]func(w http.ResponseWriter, said string){
	"an error": func(w http.ResponseWriter, said string) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = fmt.Fprintf(w, `{"detail":%q}`, said)
	},
	"a page": func(w http.ResponseWriter, said string) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = fmt.Fprintf(w, "<pre>%s</pre>", said)
	},
	"no JSON": func(w http.ResponseWriter, said string) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"access": %s`, said)
	},
	"a list": func(w http.ResponseWriter, said string) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `[%q]`, said)
	},
	"elsewhere": func(w http.ResponseWriter, said string) {
		w.Header().Set("Location", "/"+fmt.Sprintf("%x", said)[:64])
		w.WriteHeader(http.StatusTemporaryRedirect)
	},
}

// useUpstream does everything that a client-service can do, whatever the other service does.
func (b *witness) useUpstream(u *upstream, server *httptest.Server) {
	const ann = "ann@example.com"
	credentials := body{"email": ann, "password": rightPassword}
	tokens := b.post("/auth/token/", credentials)
	if tokens["refresh"] == "" {
		b.t.Fatalf("no tokens: %s", b.said.String())
	}
	all := func() {
		b.post("/auth/token/", credentials)
		b.post("/auth/token/", body{"email": ann, "password": wrongPassword})
		b.post("/auth/token/", body{"email": wrongPassword, "password": shortPassword})
		b.post("/auth/token/?password="+rightPassword, `{"password":`+rightPassword+`}`)
		for _, raw := range []string{tokens["access"], tokens["refresh"], tokens["access"] + "x", signingKey} {
			for _, path := range []string{"verify/", "refresh/", "logout/"} {
				b.post("/auth/token/"+path, body{"token": raw, "refresh": raw})
			}
			b.get("/api/whoami/", raw)
			b.get("/api/maybe/?access="+raw, raw)
			b.get("/"+raw, raw+" "+raw)
		}
	}
	all()
	for _, mood := range moods {
		u.mood.Store(&mood)
		all()
	}
	u.mood.Store(nil)
	b.store.down = true
	all()
	server.Close()
	b.store.down = false
	b.post("/auth/token/", credentials)
	b.get("/api/whoami/", tokens["access"])
}

// LG-01, LG-03.
func TestAClientServiceShowsNoSecret(t *testing.T) {
	for mode, serve := range map[remote.Mode]func(*demo.App) http.Handler{
		remote.VerifyRemote: (*demo.App).Gin, remote.VerifyLocal: (*demo.App).Echo, remote.VerifyHybrid: (*demo.App).Echo,
	} {
		t.Run(string(mode), func(t *testing.T) {
			u := &upstream{good: authServiceOf(t)}
			server := httptest.NewServer(u)
			t.Cleanup(server.Close)
			settings := remote.Settings{URL: server.URL, AllowInsecure: true, Verify: mode, Timeout: time.Second}
			if mode == remote.VerifyHybrid {
				settings.CacheTTL = time.Minute
			}
			b := newWitness(t, memstore.New(), serve, func(s auth.Settings, stores auth.Stores) (*auth.Service, error) {
				return remote.New(s, stores, settings)
			})
			_, _ = b.Write([]byte(show(settings, &settings)))
			b.useUpstream(u, server)
			b.check()
		})
	}
}

// authServiceOf returns an auth-service that knows Ann.
func authServiceOf(t *testing.T) http.Handler {
	t.Helper()
	store := memstore.New()
	service, err := auth.New(auth.Settings{
		Signing: auth.Signing{Key: signingKey}, Passwords: auth.PasswordSettings{Weak: true},
		Tokens: auth.TokenSettings{ReuseRefresh: true},
	}, auth.In(store))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := service.CreateUser(t.Context(), auth.NewUser{Email: "ann@example.com", Password: rightPassword}); err != nil {
		t.Fatal(err)
	}
	return demo.New(service, store).Gin()
}

// To net/http who waits for an answer has not finished sending: both limits must leave time for the
// other service.
func TestAServerWaitsForTheOtherService(t *testing.T) {
	for name, c := range map[string]struct {
		kind  func() config.Kind
		waits time.Duration
	}{"authservice": {config.AuthService, 0}, "clientservice": {config.ClientService, 10 * time.Minute}} {
		p := config.Program{Name: name, Addr: "127.0.0.1:0", Store: "memory:", Kind: c.kind}
		loaded, err := config.Load(p, []string{"EASY_JWT_REMOTE_AUTH_REQUEST_TIMEOUT=5m"})
		if err != nil {
			t.Fatal(err)
		}
		server := newServer(loaded, slog.New(slog.DiscardHandler), http.NotFoundHandler())
		if server.ReadTimeout != c.waits+15*time.Second || server.WriteTimeout != c.waits+30*time.Second {
			t.Errorf("%s: %v to read, %v to answer", name, server.ReadTimeout, server.WriteTimeout)
		}
	}
}
