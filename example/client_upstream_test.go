package example_test

import (
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/authplug/authplug/example/internal/httpclient"
)

// scripted are answers of an auth-service, by path.
type scripted map[string]http.HandlerFunc

// ServeHTTP implements [http.Handler].
func (s scripted) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if answer := s[r.URL.Path]; answer != nil {
		answer(w, r)
		return
	}
	http.NotFound(w, r)
}

// says answers with JSON.
func says(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = fmt.Fprint(w, body)
	}
}

// good is an auth-service that knows Ann and nobody else.
func good() scripted {
	return scripted{
		"/auth/token/":        says(200, `{"refresh":"r","access":"a"}`),
		"/auth/token/verify/": says(200, `{}`),
		"/auth/user/":         says(200, `{"id":2,"email":"ann@example.com","first_name":"Ann","last_name":"","is_active":true}`),
	}
}

// clientOf starts a client-service of an upstream.
func clientOf(t *testing.T, upstream http.Handler, environ ...string) *program {
	t.Helper()
	server := httptest.NewServer(upstream)
	t.Cleanup(server.Close)
	return newClientPlace(t, append(environ, "EASY_JWT_REMOTE_AUTH_SERVICE_URL="+server.URL)...).start()
}

func TestWhatIsNoAnswerIsAnOutage(t *testing.T) {
	eachFramework(t, func(t *testing.T, framework string) {
		upstream := good()
		var mu sync.Mutex
		var answer http.HandlerFunc
		upstream["/auth/token/"] = func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			answer(w, r)
		}
		c := clientOf(t, upstream, framework, storeMemory).client()
		for name, odd := range map[string]http.HandlerFunc{
			"an error":  says(500, `{"detail":"hunter2"}`),
			"a gateway": says(502, `hunter2`),
			"a page": func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/html")
				_, _ = fmt.Fprint(w, "<p>hunter2</p>")
			},
			"elsewhere": func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, "/auth/token/?hunter2", http.StatusTemporaryRedirect)
			},
			"too much":   says(200, `{"access":"`+strings.Repeat("hunter2", 10_000)+`"}`),
			"half of it": says(200, `{"access":"hunter2`),
			"a list":     says(200, `["hunter2"]`),
			"no token":   says(200, `{"hunter2":true}`),
			"nothing":    says(204, ``),
		} {
			mu.Lock()
			answer = odd
			mu.Unlock()
			p := c.Post("/auth/token/", credentials(annEmail, password))
			wantOutage(t, p)
			if strings.Contains(p.Body, "hunter2") {
				t.Errorf("%s is passed on: %s", name, p.Body)
			}
		}
		mu.Lock()
		answer = says(429, `{"detail":"Slow down."}`)
		mu.Unlock()
		c.Post("/auth/token/", credentials(annEmail, password)).Want(429, `{"detail":"Slow down."}`)
	})
}

// A slow auth-service holds nobody up longer than was said, and each question is asked once for all.
func TestASlowAuthServiceIsWaitedForAsLongAsWasSaid(t *testing.T) {
	eachFramework(t, func(t *testing.T, framework string) {
		upstream := good()
		upstream["/auth/token/verify/"] = func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // only then net/http sees who hangs up
			<-r.Context().Done()
		}
		c := clientOf(t, upstream, framework, storeMemory, "EASY_JWT_REMOTE_AUTH_REQUEST_TIMEOUT=0.2").client()
		start := time.Now()
		p := c.As("a", "").Get("/api/test/")
		wantOutage(t, p)
		if took := time.Since(start); took < 200*time.Millisecond || took > 10*time.Second {
			t.Errorf("it took %v: %s", took, p.Body)
		}
		if got := p.Text("detail"); got != "Authentication Service Timed Out." {
			t.Errorf("it says %q", got)
		}
	})
}

func TestTheCertificateOfTheAuthServiceIsVerified(t *testing.T) {
	server := httptest.NewTLSServer(good())
	t.Cleanup(server.Close)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(ca, text, 0o600); err != nil {
		t.Fatal(err)
	}
	p := newClientPlace(t, storeMemory, "DEV=false", "EASY_JWT_REMOTE_AUTH_SERVICE_URL="+server.URL)
	login := func(p *place) httpclient.Reply {
		return p.start().client().Post("/auth/token/", credentials(annEmail, password))
	}
	login(p.with("EASY_JWT_REMOTE_AUTH_SSL_CA_FILE="+ca)).Want(200, `{"refresh":"r","access":"a"}`)
	login(p.with("EASY_JWT_REMOTE_AUTH_SSL_CA="+string(text))).Want(200, "")
	login(p.with("DEV=true", "EASY_JWT_REMOTE_AUTH_SSL_VERIFY=false")).Want(200, "")
	wantOutage(t, login(p))
	wantOutage(t, login(p.with("EASY_JWT_REMOTE_AUTH_SSL_CA_FILE="+ca,
		"EASY_JWT_REMOTE_AUTH_SERVICE_URL="+strings.Replace(server.URL, "127.0.0.1", "localhost", 1)))) // another name
}

// Requests that wait for the auth-service are finished too.
func TestStoppingWaitsForTheAuthService(t *testing.T) {
	eachFramework(t, func(t *testing.T, framework string) {
		asked, release := make(chan struct{}), make(chan struct{})
		upstream := good()
		login := upstream["/auth/token/"]
		upstream["/auth/token/"] = func(w http.ResponseWriter, r *http.Request) {
			close(asked)
			<-release
			login(w, r)
		}
		s := clientOf(t, upstream, framework, storeSQLite)
		c, answered := s.client(), make(chan httpclient.Reply, 1)
		go func() {
			p, err := c.Try(http.MethodPost, "/auth/token/", credentials(annEmail, password))
			if err != nil {
				t.Error(err)
			}
			answered <- p
		}()
		<-asked
		if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		waitFor(t, "the service to stop", func() bool { return strings.Contains(s.logged(), `"msg":"stopping"`) })
		close(release)
		(<-answered).Want(200, `{"refresh":"r","access":"a"}`)
		s.wait()
	})
}

// However many requests a stranger begins with, one user is made of it.
func TestManyFirstRequestsOfAStrangerMakeOneUser(t *testing.T) {
	eachMode(t, func(t *testing.T, framework, mode string) {
		s := startServices(t, framework, mode)
		ann := s.authClient.Login(annEmail, password) // so that the client-service has not seen her
		ann = s.newClient.As(ann.Access, "")
		var requests sync.WaitGroup
		for range 20 {
			requests.Go(func() {
				p, err := ann.Try(http.MethodGet, "/api/whoami/", nil)
				if err != nil || p.Status != http.StatusOK || p.Body != whoAnn {
					t.Errorf("whoami/ = %d %s, %v", p.Status, p.Body, err)
				}
			})
		}
		requests.Wait()
		if log := s.program.stop(); strings.Count(log, `"msg":"user_mirrored"`) != 1 {
			t.Errorf("the log tells of other than one user:\n%s", log)
		}
		if users, err := openStore(t, s.place.dir+"/test.db").Users(t.Context(), "", 10); err != nil || len(users) != 1 {
			t.Errorf("users are %v, %v", users, err)
		}
	})
}
