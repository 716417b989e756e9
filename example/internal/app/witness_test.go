package app

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/gin-gonic/gin"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/example/internal/demo"
)

// show are all ways to print a value.
func show(values ...any) string {
	var b strings.Builder
	for _, v := range values {
		fmt.Fprintf(&b, "%v %+v %#v %s %q %x\n", v, v, v, v, v, v)
		raw, _ := json.Marshal(v) // what cannot be encoded shows nothing
		b.Write(raw)
		text, js := slog.New(slog.NewTextHandler(&b, nil)), slog.New(slog.NewJSONHandler(&b, nil))
		text.Info("shown", "value", v)
		js.Info("shown", "value", v)
	}
	return b.String()
}

// witness is the example service with everything that it says of itself.
type witness struct {
	t       *testing.T
	handler http.Handler
	service *auth.Service
	store   *breakable

	mu      sync.Mutex
	said    bytes.Buffer // logs, events, answers to failures
	secrets map[string]string
}

// Write takes what is logged.
func (b *witness) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.said.Write(p)
}

// breakable is a store that can be down, and shows then what it was asked to write.
type breakable struct {
	auth.Store

	down bool
}

func (s *breakable) User(ctx context.Context, key auth.UserKey) (*auth.User, error) {
	if s.down {
		return nil, fmt.Errorf("no connection for %+v", key)
	}
	return s.Store.User(ctx, key)
}

func (s *breakable) UpdateUser(ctx context.Context, u *auth.User) error {
	if s.down {
		return fmt.Errorf("no connection for %+v %#v", u, *u)
	}
	return s.Store.UpdateUser(ctx, u)
}

// maker makes the service of a witness.
type maker func(auth.Settings, auth.Stores) (*auth.Service, error)

func newWitness(t *testing.T, store auth.Store, framework func(*demo.App) http.Handler, service maker) *witness {
	t.Helper()
	b := &witness{t: t, store: &breakable{Store: store}, secrets: map[string]string{
		"the password": rightPassword, "the fresh password": freshPassword, "a wrong password": wrongPassword,
		"a short password": shortPassword, "the key": signingKey,
	}}
	log := slog.New(slog.NewJSONHandler(b, &slog.HandlerOptions{Level: slog.LevelDebug}))
	events := auth.LogEvents(log)
	settings := auth.Settings{
		Signing: auth.Signing{Key: signingKey}, Passwords: auth.PasswordSettings{Weak: true},
		Events: func(ctx context.Context, e auth.Event) {
			events(ctx, e)
			_, _ = b.Write([]byte(show(e, &e, e.Err)))
		},
	}
	var err error
	if b.service, err = service(settings, auth.In(b.store)); err != nil {
		t.Fatal(err)
	}
	_, _ = b.Write([]byte(show(settings, &settings, settings.Signing, b.service, *b.service, b.service.Settings())))
	out, errOut := gin.DefaultWriter, gin.DefaultErrorWriter
	gin.DefaultWriter, gin.DefaultErrorWriter = b, b
	t.Cleanup(func() { gin.DefaultWriter, gin.DefaultErrorWriter = out, errOut })
	b.handler = logged(log, recovered(log, framework(demo.New(b.service, b.store))))
	return b
}

// post posts a body and keeps the answer if it is a failure.
func (b *witness) post(path string, body any, header ...string) map[string]string {
	b.t.Helper()
	text, ok := body.(string)
	if !ok {
		raw, err := json.Marshal(body)
		if err != nil {
			b.t.Fatal(err)
		}
		text = string(raw)
	}
	r := httptest.NewRequestWithContext(b.t.Context(), http.MethodPost, path, strings.NewReader(text))
	r.Header.Set("Content-Type", "application/json")
	return b.do(r, header...)
}

// get asks as the holder of a token.
func (b *witness) get(path, access string) {
	b.do(httptest.NewRequestWithContext(b.t.Context(), http.MethodGet, path, nil), "Authorization", "Bearer "+access)
}

func (b *witness) do(r *http.Request, header ...string) map[string]string {
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, r)
	if w.Code >= http.StatusBadRequest {
		_, _ = fmt.Fprintln(b, r.Method, "answered", w.Code, w.Header(), w.Body)
	}
	var members map[string]string
	_ = json.Unmarshal(w.Body.Bytes(), &members)
	for name, raw := range members {
		if strings.Count(raw, ".") == 2 {
			b.secrets[fmt.Sprintf("%s token %d", name, len(b.secrets))] = raw
		}
	}
	return members
}

type body = map[string]any

// check looks for every secret, and for each piece of 16 characters of it, in every form.
func (b *witness) check() {
	b.t.Helper()
	said := b.said.String()
	if len(said) < 10_000 {
		b.t.Errorf("little was said: %s", said)
	}
	for name, secret := range b.secrets {
		if i := strings.LastIndexByte(secret, '.'); i >= 0 {
			secret = secret[i+1:] // of a token, what proves it
		}
		b.find(said, name, secret, 1)
		b.find(said, name, hex.EncodeToString([]byte(secret)), 16)
		b.find(said, name, base64.StdEncoding.EncodeToString([]byte(secret)), 16)
		b.find(said, name, strings.Trim(fmt.Sprintf("%d", []byte(secret)), "[]"), 16)
	}
}

// find looks for each piece of 16 characters of a text, in steps.
func (b *witness) find(said, name, text string, step int) {
	b.t.Helper()
	for at := 0; at == 0 || at+16 <= len(text); at += step {
		if i := strings.Index(said, text[at:min(at+16, len(text))]); i >= 0 {
			b.t.Errorf("%s is shown: …%s…", name, said[max(0, i-200):min(len(said), i+80)])
			return
		}
	}
}
