package auth_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
)

// refusal returns what choosing endpoints panics with, or "".
func refusal(t *testing.T, opts ...auth.RouteOption) (text string) {
	t.Helper()
	s, err := auth.New(good(), auth.In(noStore{}))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if v := recover(); v != nil {
			text = fmt.Sprint(v)
		}
	}()
	s.Routes(opts...)
	return ""
}

func TestAnUnknownNameOfAnEndpointIsRefusedWithTheList(t *testing.T) {
	for what, opt := range map[string]auth.RouteOption{
		"Only":   auth.Only("token", "create_user"),
		"Except": auth.Except("create_user"),
	} {
		text := refusal(t, opt)
		for _, want := range []string{`"create_user"`, "create-user", "token-logout", "user"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s panics with %q, want it to tell of %s", what, text, want)
			}
		}
	}
	if text := refusal(t, auth.Only("token"), auth.Except("user")); !strings.Contains(text, `"user"`) {
		t.Errorf("an endpoint that was dropped before: %q", text)
	}
	if text := refusal(t, auth.Except("create-user", "password-change")); text != "" {
		t.Errorf("known names: %s", text)
	}
}

func TestAnEndpointThatCannotWorkIsRefused(t *testing.T) {
	handle := func(*http.Request) (*auth.Response, error) { return &auth.Response{}, nil }
	whole := auth.Endpoint{Name: "own", Method: http.MethodGet, Path: "/own/", Handle: handle}
	if text := refusal(t, auth.With(whole)); text != "" {
		t.Errorf("a whole endpoint: %s", text)
	}
	other := whole
	other.Name = "other"
	for what, opt := range map[string]auth.RouteOption{
		"no name":          changed(whole, func(e *auth.Endpoint) { e.Name = "" }),
		"no handler":       changed(whole, func(e *auth.Endpoint) { e.Handle = nil }),
		"no method":        changed(whole, func(e *auth.Endpoint) { e.Method = "" }),
		"lower-case":       changed(whole, func(e *auth.Endpoint) { e.Method = "get" }),
		"odd method":       changed(whole, func(e *auth.Endpoint) { e.Method = "BREW" }),
		"no path":          changed(whole, func(e *auth.Endpoint) { e.Path = "" }),
		"the mount itself": changed(whole, func(e *auth.Endpoint) { e.Path = "/" }),
		"no first slash":   changed(whole, func(e *auth.Endpoint) { e.Path = "own/" }),
		"no last slash":    changed(whole, func(e *auth.Endpoint) { e.Path = "/own" }),
		"an empty segment": changed(whole, func(e *auth.Endpoint) { e.Path = "/own//" }),
		"no segment":       changed(whole, func(e *auth.Endpoint) { e.Path = "//" }),
		"a nameless value": changed(whole, func(e *auth.Endpoint) { e.Path = "/own/:/" }),
		"half a segment":   changed(whole, func(e *auth.Endpoint) { e.Path = "/own/v:id/" }),
		"two in a segment": changed(whole, func(e *auth.Endpoint) { e.Path = "/own/:a:b/" }),
		"the rest":         changed(whole, func(e *auth.Endpoint) { e.Path = "/own/*/" }),
		"dots":             changed(whole, func(e *auth.Endpoint) { e.Path = "/own/../" }),
		"a dot":            changed(whole, func(e *auth.Endpoint) { e.Path = "/./own/" }),
		"a value of dots":  changed(whole, func(e *auth.Endpoint) { e.Path = "/own/:../" }),
		"a query":          changed(whole, func(e *auth.Endpoint) { e.Path = "/own?x/" }),
		"an escape":        changed(whole, func(e *auth.Endpoint) { e.Path = "/%41/" }),
		"a control":        changed(whole, func(e *auth.Endpoint) { e.Path = "/own\x00/" }),
		"a space":          changed(whole, func(e *auth.Endpoint) { e.Path = "/own/:the id/" }),
		"two colons":       changed(whole, func(e *auth.Endpoint) { e.Path = "/own/::id/" }),
		"no name at all":   changed(whole, func(e *auth.Endpoint) { e.Path = "/:/:x/" }),
		"a standard name":  changed(whole, func(e *auth.Endpoint) { e.Name = "user" }),
		"a standard path": changed(whole, func(e *auth.Endpoint) {
			e.Method, e.Path = http.MethodPost, "/token/"
		}),
		"own name twice":            auth.With(whole, changedPath(whole)),
		"own method and path twice": auth.With(whole, other),
	} {
		if refusal(t, opt) == "" {
			t.Errorf("%s is not refused", what)
		}
	}
}

// Gin panics at such paths, without saying whose they are, and Echo loses one of the two.
func TestAParameterHasOneNameAtOnePlace(t *testing.T) {
	const get, del = http.MethodGet, http.MethodDelete
	for what, e := range map[string]auth.Endpoint{
		"another method":       own("b", del, "/t/:name/"),
		"the same method":      own("b", get, "/t/:name/"),
		"a longer path":        own("b", get, "/t/:name/x/"),
		"a longer one, values": own("b", get, "/t/:name/:id/"),
		"one name twice":       own("b", get, "/u/:id/u/:id/"),
	} {
		for _, opt := range []auth.RouteOption{auth.With(own("a", get, "/t/:id/"), e), auth.With(e, own("a", get, "/t/:id/"))} {
			if text := refusal(t, opt); !strings.Contains(text, `"b"`) || !strings.Contains(text, ":id") {
				t.Errorf("%s: %q", what, text)
			}
		}
	}
	for what, e := range map[string]auth.Endpoint{
		"the same names":       own("b", del, "/t/:id/"),
		"below it":             own("b", get, "/t/:id/x/:name/"),
		"beside it":            own("b", get, "/u/:name/"),
		"a fixed path":         own("b", get, "/t/me/"),
		"below a fixed path":   own("b", get, "/t/me/:name/"),
		"a name begins so":     own("b", get, "/t/:id/u/:idea/"),
		"a fixed segment, too": own("b", get, "/t/id/id/"),
	} {
		if text := refusal(t, auth.With(own("a", get, "/t/:id/"), e)); text != "" {
			t.Errorf("%s: %s", what, text)
		}
	}
}

func TestAnEndpointIsMovedToAPlainAndFreePathOnly(t *testing.T) {
	for _, opt := range []auth.RouteOption{
		auth.At("token", "/login/"), auth.At("token", "/token/"), auth.At("token", "/user/"), auth.At("user", "/v1.0/~me_-/"),
	} {
		if text := refusal(t, opt); text != "" {
			t.Errorf("a plain path: %s", text)
		}
	}
	if text := refusal(t, auth.At("tokens", "/login/")); !strings.Contains(text, "token-logout") {
		t.Errorf("an unknown name: %q", text)
	}
	for _, path := range []string{
		"", "/", "login/", "/login", "//", "/a//b/", "/a/../b/", "/:id/", "/a b/", "/a?b/", "/*rest/", "/user/%41/", "/ä/", "/a!b/", "/a;b/",
		"/token/refresh/",
	} {
		if refusal(t, auth.At("token", path)) == "" {
			t.Errorf("%q is not refused", path)
		}
	}
	if text := refusal(t, auth.At("token", "/")); !strings.Contains(text, "mount itself") {
		t.Errorf("the mount: %q", text)
	}
	if text := refusal(t, nil); !strings.Contains(text, "RouteOption is nil") {
		t.Errorf("no option: %q", text)
	}
	if refusal(t, auth.At("token", "/login/"), auth.At("token-sliding", "/login/")) == "" {
		t.Error("one path for two is not refused")
	}
}

func changed(e auth.Endpoint, change func(*auth.Endpoint)) auth.RouteOption {
	change(&e)
	return auth.With(e)
}

func changedPath(e auth.Endpoint) auth.Endpoint {
	e.Path = "/other/"
	return e
}
