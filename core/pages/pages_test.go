package pages_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/authplug/authplug/core/pages"
)

func TestNewReportsWhatIsWrong(t *testing.T) {
	file := func(name, text string) fstest.MapFS { return fstest.MapFS{name: {Data: []byte(text)}} }
	for want, s := range map[string]pages.Settings{
		"login.html":       {Templates: file("login.html", `{{define "content"}}{{if}}{{end}}`)},
		"NoSuchThing":      {Templates: file("devices.html", `{{define "content"}}{{.NoSuchThing}}{{end}}`)},
		"base.html":        {Templates: file("base.html", `{{`)},
		`"login.titel"`:    {Texts: map[string]string{"login.titel": "x"}},
		"no URL of a page": {ResetURL: "auth.example.com"},
	} {
		if _, err := pages.New(s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("New() = %v, want an error with %s", err, want)
		}
	}
	_, err := pages.New(pages.Settings{Templates: file("sent.html", `{{define "content"}}{{.T "sent.text"}}{{end}}`), Texts: map[string]string{"sent.text": "x", "This field is required.": "y"}})
	if err != nil {
		t.Error(err)
	}
}

func TestTextsAreACopy(t *testing.T) {
	texts := pages.Texts()
	texts["login.title"] = "x"
	if pages.Texts()["login.title"] != "Log in" || len(texts) < 60 {
		t.Error("a change is seen, or texts are missing")
	}
}
