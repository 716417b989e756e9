package memstore_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/pages"
	"github.com/authplug/authplug/memstore"
)

// shown returns a page as a browser gets it.
func shown(t *testing.T, s pages.Settings, path string) string {
	t.Helper()
	p, err := pages.New(s)
	if err != nil {
		t.Fatal(err)
	}
	service, err := auth.New(auth.Settings{
		Signing:   auth.Signing{Key: "a key for tests, with more than 64 bytes, that nobody should use elsewhere", AllowSampleKey: true},
		PublicURL: "https://shop.example.com", Cookies: auth.CookieSettings{Mode: auth.CookiesOne}, Pages: p,
	}, auth.In(memstore.New()))
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	for _, route := range service.Routes() {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		if route.Path != path {
			continue
		}
		answer, err := route.Handle(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Write(w)
	}
	return w.Body.String()
}

func TestLooksAndWordsAreReplacedOneByOne(t *testing.T) {
	s := pages.Settings{
		Name: "Laden", Language: "de", Texts: map[string]string{"login.title": "Anmelden", "field.password": "Passwort"},
		Templates: fstest.MapFS{
			"style.css":   {Data: []byte("body { color: green }")},
			"logout.html": {Data: []byte(`{{define "content"}}<form method="post">{{template "hidden" .}}<button>{{.T "logout.button"}} jetzt</button></form>{{end}}`)},
		},
	}
	login := shown(t, s, "/auth/login/")
	for _, text := range []string{`<html lang="de">`, "<title>Anmelden – Laden</title>", "<h1>Anmelden</h1>", "Passwort", "E-mail address"} {
		if !strings.Contains(login, text) {
			t.Errorf("the page lacks %s:\n%s", text, login)
		}
	}
	if out := shown(t, s, "/auth/logout/"); !strings.Contains(out, "Log out jetzt") || !strings.Contains(out, "csrfmiddlewaretoken") {
		t.Error(out)
	}
	if style := shown(t, s, "/auth/pages/style.css/"); style != "body { color: green }" {
		t.Error(style)
	}
}
