package adaptertest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/adaptertest/recorded"
	"github.com/authplug/authplug/core/remote"
)

// A browser's steps with the original in its cookie mode, by the ids of the recording, and the same steps
// here. Only the cookies' names and attributes are the service's own, and a refusal of a CSRF token is JSON.
var recordedSteps = []struct {
	id  string
	ask func(b *browser) reply
}{
	{"s3-463", func(b *browser) reply { return b.get(b.path("/csrf/")) }},
	{"s3-464", func(b *browser) reply { return b.post("/csrf/", object{}) }},
	{"s4-609", func(b *browser) reply { return b.post("/token/", recordedUser, "X-CSRFToken", "") }},
	{"s4-612", func(b *browser) reply {
		return b.post("/token/", object{"email": recordedUser["email"], "password": "x"})
	}},
	{"s4-611", func(b *browser) reply { return b.post("/token/", recordedUser) }},
	{"s4-614", func(b *browser) reply {
		b.kept = b.cookie("refresh")
		return b.post("/token/refresh/", object{})
	}},
	{"s4-617", func(b *browser) reply {
		return b.send(http.MethodPost, b.path("/token/refresh/"), "csrfmiddlewaretoken="+b.cookie("csrf"),
			"Content-Type", "application/x-www-form-urlencoded", "X-CSRFToken", "")
	}},
	{"s4-618", func(b *browser) reply {
		return b.post("/token/refresh/", object{}, "X-CSRFToken", strings.Repeat("x", 64))
	}},
	{"s4-620", func(b *browser) reply { return b.post(logoutPath, object{}, "X-CSRFToken", "") }},
	{"s4-615", func(b *browser) reply {
		b.plant("__Secure-refresh", b.kept)
		return b.post("/token/refresh/", object{})
	}},
	{"s4-616", func(b *browser) reply {
		b.get(b.path("/csrf/"))
		return b.post("/token/refresh/", object{"refresh": b.kept})
	}},
	{"s4-623", func(b *browser) reply { return b.post(logoutPath, object{}) }},
}

// recordedOrigins are its steps where only certain origins may log in.
var recordedOrigins = []struct{ id, origin, endpoint string }{
	{"s4-626", "", "/token/"},
	{"s4-627", "https://evil.example", "/token/"},
	{"s4-632", "http://evil.example", logoutPath},
	{"s4-633", "HTTPS://APP.EXAMPLE", "/token/"},
}

var recordedUser = object{"email": "user@test.com", "password": "user-pass"}

func recordedCookies(t *testing.T, h Harness) {
	own := h.app(t, func(s *auth.Settings) { s.Passwords.MinLength = 8 })
	n := auth.NewUser{Email: "user@test.com", Password: "user-pass"}
	if _, err := own.service.CreateUser(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	url := own.online()
	b := h.client(t, url, clientInCookies(auth.CookiesRefresh)).browser()
	for _, step := range recordedSteps {
		asRecorded(t, step.id, step.ask(b))
	}
	guests := h.client(t, url, clientInCookies(auth.CookiesRefresh), func(s *auth.Settings, _ *remote.Settings) {
		s.Browser.LoginOrigins = []string{"https://app.example"}
	}).browser()
	guests.get(guests.path("/csrf/"))
	for _, step := range recordedOrigins {
		header := []string{"X-CSRFToken", guests.cookie("csrf")}
		if step.origin != "" {
			header = append(header, "Origin", step.origin)
		}
		asRecorded(t, step.id, guests.sendPlainly(http.MethodPost, guests.path(step.endpoint), recordedUser, header...))
	}
}

// asRecorded compares an answer with a recorded one, whatever its tokens and cookies are.
func asRecorded(t *testing.T, id string, p reply) {
	t.Helper()
	all := recorded.Exchanges()
	i := slices.IndexFunc(all, func(e recorded.Exchange) bool { return e.ID == id })
	if i < 0 {
		t.Fatalf("there is no exchange %s", id)
	}
	want := all[i].Response
	var body any
	if err := json.Unmarshal(want.Body, &body); err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(encoded(t, body), `\u003caccess\u003e`, p.field("access"))
	if page, _ := body.(map[string]any); page["_kind"] != nil {
		text = csrfMissingBody
	}
	var got, wanted any
	if p.status != want.Status || json.Unmarshal([]byte(p.text), &got) != nil || json.Unmarshal([]byte(text), &wanted) != nil || encoded(t, got) != encoded(t, wanted) {
		t.Errorf("%s (%s): %d %s, want %d %s", id, all[i].Name, p.status, p.text, want.Status, text)
	}
	if sets := len(want.Headers["Set-Cookie"]) > 0; sets && len(p.set()) == 0 {
		t.Errorf("%s (%s): no cookie is set", id, all[i].Name)
	}
}
