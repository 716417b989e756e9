package interop_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"github.com/authplug/authplug/core/adaptertest/recorded"
	"github.com/authplug/authplug/core/remote"
	"github.com/authplug/authplug/example/internal/demo"
	"github.com/authplug/authplug/example/internal/httpclient"
)

// upstream is an auth-service that answers what it is told to, and keeps what it was asked.
type upstream struct {
	*httptest.Server

	mu    sync.Mutex
	asked []sent
}

// sent is what matters of a request.
type sent struct{ line, kind, authorization, body string }

func newUpstream(t *testing.T) *upstream {
	t.Helper()
	answers := map[string]string{
		"/auth/token/":           `{"refresh":"fake.refresh.token","access":"fake.access.token"}`,
		"/auth/token/refresh/":   `{"access":"fake.access2.token"}`,
		"/auth/token/verify/":    `{}`,
		"/auth/token/blacklist/": `{}`,
		"/auth/user/":            `{"id":77,"email":"fake@test.com","first_name":"Fake","last_name":"User","is_active":true}`,
	}
	u := &upstream{}
	u.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // what cannot be read is not what was recorded
		u.mu.Lock()
		u.asked = append(u.asked, sent{
			r.Method + " " + r.RequestURI + " " + r.Proto, r.Header.Get("Content-Type"), r.Header.Get("Authorization"), string(body),
		})
		u.mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, answers[r.URL.Path])
	}))
	t.Cleanup(u.Close)
	return u
}

// since returns what was asked since the last time.
func (u *upstream) since() []sent {
	u.mu.Lock()
	defer u.mu.Unlock()
	asked := u.asked
	u.asked = nil
	return asked
}

// recordedFor returns what the original sent for a request.
func recordedFor(t *testing.T, name string) []sent {
	t.Helper()
	var wanted []sent
	for _, o := range recorded.Outbounds() {
		if o.Name != "outbound requests of "+name {
			continue
		}
		for _, r := range o.Requests {
			s := sent{line: r.Line, body: compact(t, r.Body)}
			for _, header := range r.Headers {
				switch http.CanonicalHeaderKey(header[0]) {
				case "Content-Type":
					s.kind = header[1]
				case "Authorization":
					s.authorization = header[1]
				}
			}
			wanted = append(wanted, s)
		}
	}
	if len(wanted) == 0 {
		t.Fatalf("nothing is recorded of %q", name)
	}
	return wanted
}

// compact returns a JSON text without the spaces in which libraries differ.
func compact(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	if text == "" {
		return ""
	}
	if err := json.Compact(&b, []byte(text)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAClientServiceAsksWhatTheOriginalAsks(t *testing.T) {
	requests := map[string]func(c *httpclient.Client) httpclient.Reply{
		"POST token/": func(c *httpclient.Client) httpclient.Reply {
			return c.Post("/auth/token/", map[string]string{"email": "fake@test.com", "password": "user-pass"})
		},
		"POST token/refresh/": func(c *httpclient.Client) httpclient.Reply {
			return c.Post("/auth/token/refresh/", map[string]string{"refresh": "rr"})
		},
		"POST token/verify/": func(c *httpclient.Client) httpclient.Reply {
			return c.Post(verifyPath, map[string]string{"token": "tt"})
		},
		"an authenticated API call": func(c *httpclient.Client) httpclient.Reply {
			return c.As("abc.def.ghi", "").Get("/api/whoami/")
		},
		"POST token/logout/": func(c *httpclient.Client) httpclient.Reply {
			return c.Post(logoutPath, map[string]string{"refresh": "rr"})
		},
	}
	if recordings := recorded.Outbounds(); len(recordings) != len(requests) {
		t.Errorf("%d requests are recorded, %d are sent", len(recordings), len(requests))
	}
	for name, framework := range map[string]func(*demo.App) http.Handler{"gin": (*demo.App).Gin, "echo": (*demo.App).Echo} {
		t.Run(name, func(t *testing.T) {
			u := newUpstream(t)
			service, store := newClientService(t, clientSettings{remote: remote.Settings{URL: u.URL}})
			here := httpclient.Of(t, framework(demo.New(service, store)))
			for name, send := range requests {
				send(here).Want(200, "")
				if got, want := u.since(), recordedFor(t, name); !slices.Equal(got, want) {
					t.Errorf("for %s it sends\n%q, want\n%q", name, got, want)
				}
			}
		})
	}
}
