package openapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/openapi"
)

// anyStore is a store that nobody asks.
type anyStore struct{ auth.Store }

func newService(t *testing.T, configure func(*auth.Settings)) *auth.Service {
	t.Helper()
	settings := auth.Settings{}
	configure(&settings)
	settings.Signing.Key = "a key for tests, with more than 64 bytes, that nobody should use elsewhere"
	settings.Signing.AllowSampleKey = true
	service, err := auth.New(settings, auth.In(anyStore{}))
	if err != nil {
		t.Fatal(err)
	}
	return service
}

func plainService(t *testing.T) *auth.Service {
	t.Helper()
	return newService(t, func(*auth.Settings) {})
}

// node is a part of a document.
type node struct {
	t     *testing.T
	value any
}

func parsed(t *testing.T, document []byte) node {
	t.Helper()
	var v any
	if err := json.Unmarshal(document, &v); err != nil {
		t.Fatal(err)
	}
	return node{t, v}
}

// at follows members; what is not there is nil.
func (n node) at(members ...string) node {
	for _, m := range members {
		object, _ := n.value.(map[string]any)
		n.value = object[m]
	}
	return n
}

// wants compares a part with JSON text.
func (n node) wants(want string) {
	n.t.Helper()
	got, err := json.Marshal(n.value)
	if err != nil {
		n.t.Fatal(err)
	}
	if string(got) != want {
		n.t.Errorf("got  %s\nwant %s", got, want)
	}
}

// input returns the properties that an endpoint takes.
func (n node) input(endpoint string) node {
	return n.at("components", "schemas", endpoint+"-input", "properties")
}

// gives returns the members that an endpoint always answers with.
func (n node) gives(path string) node {
	return n.at("paths", path, "post", "responses", "200", "content", "application/json", "schema", "required")
}

func TestTheSameServiceGivesTheSameBytes(t *testing.T) {
	first := openapi.Document(plainService(t), openapi.Info{})
	for range 20 {
		if again := openapi.Document(plainService(t), openapi.Info{}); !bytes.Equal(again, first) {
			t.Fatalf("got  %s\nthen %s", first, again)
		}
	}
}

func TestAnEmptyInfoHasDefaults(t *testing.T) {
	d := parsed(t, openapi.Document(plainService(t), openapi.Info{}))
	d.at("info", "title").wants(`"Authentication"`)
	d.at("info", "version").wants(`"1"`)
	d = parsed(t, openapi.Document(plainService(t), openapi.Info{Title: "Shop", Version: "2.3", Description: "x"}))
	d.at("info").wants(`{"description":"x","title":"Shop","version":"2.3"}`)
}

func TestLimitsAreThoseOfTheSettings(t *testing.T) {
	d := parsed(t, openapi.Document(newService(t, func(s *auth.Settings) { s.Passwords.MinLength = 13 }), openapi.Info{}))
	d.input("create-user").wants(`{"email":{"format":"idn-email","maxLength":254,"type":"string"},` +
		`"first_name":{"maxLength":150,"type":"string"},"last_name":{"maxLength":150,"type":"string"},` +
		`"password":{"format":"password","maxLength":1024,"minLength":13,"type":"string"},` +
		`"phone":{"maxLength":15,"type":["string","null"]}}`)
	d.at("components", "schemas", "create-user-input", "required").wants(`["email","password"]`)
	d.input("password-change").at("new_password", "minLength").wants("13")
	d.input("password-change").at("password", "minLength").wants("1")
}

func TestTokensAreThoseOfTheSettings(t *testing.T) {
	for what, c := range map[string]struct {
		configure              func(*auth.Settings)
		given, issued, renewed string
	}{
		"rotating": {func(*auth.Settings) {}, "refresh", `["refresh","access"]`, `["access","refresh"]`},
		"reused":   {func(s *auth.Settings) { *s = auth.EasyJWT() }, "refresh", `["refresh","access"]`, `["access"]`},
		"sliding":  {func(s *auth.Settings) { s.Tokens.Kind = auth.KindSliding }, "token", `["token"]`, `["token"]`},
	} {
		t.Run(what, func(t *testing.T) {
			d := parsed(t, openapi.Document(newService(t, c.configure), openapi.Info{}))
			d.input("token-refresh").wants(`{"` + c.given + `":{"minLength":1,"type":"string"}}`)
			d.gives("/auth/token/").wants(c.issued)
			d.gives("/auth/token/refresh/").wants(c.renewed)
			d.gives("/auth/token/sliding/").wants(`["token"]`)
		})
	}
}

func TestWhatHooksAddIsLeftOpen(t *testing.T) {
	answer := func(path, method string, d node) node {
		return d.at("paths", path, method, "responses", "200", "content", "application/json", "schema", "additionalProperties")
	}
	more := func(context.Context, *auth.User) (map[string]any, error) { return nil, nil }
	hooked := parsed(t, openapi.Document(newService(t, func(s *auth.Settings) {
		s.Users.TokenAnswer, s.Users.Profile, s.Users.LoginField = more, more, "login"
		s.Users.FindLogin = func(context.Context, string) (auth.UserKey, error) { return auth.UserKey{}, nil }
	}), openapi.Info{}))
	bare := parsed(t, openapi.Document(plainService(t), openapi.Info{}))
	for path, method := range map[string]string{
		"/auth/token/": "post", "/auth/token/refresh/": "post", "/auth/token/sliding/": "post",
		"/auth/token/sliding/refresh/": "post", "/auth/user/": "get",
	} {
		answer(path, method, hooked).wants("true")
		answer(path, method, bare).wants("null")
	}
	answer("/auth/create-user/", "post", hooked).wants("null")
	hooked.input("token").at("login").wants(`{"minLength":1,"type":"string"}`)
	hooked.at("components", "schemas", "password-change-input", "required").
		wants(`["password","new_password","login"]`)
}

func TestTheMountIsWhereThePathsAre(t *testing.T) {
	for mount, path := range map[string]string{"/": "/user/", "/api/auth/": "/api/auth/user/", "/api": "/api/user/"} {
		d := parsed(t, openapi.Document(newService(t, func(s *auth.Settings) { s.Mount = mount }), openapi.Info{}))
		d.at("paths", path, "get", "operationId").wants(`"user"`)
	}
}

func TestTheHeaderIsThatOfTheSettings(t *testing.T) {
	for what, c := range map[string]struct {
		header        auth.HeaderSettings
		schemes, ways string
	}{
		"Bearer": {
			auth.HeaderSettings{},
			`{"token":{"bearerFormat":"JWT","description":"A token of the kind access.","scheme":"bearer","type":"http"}}`,
			`[{"token":[]}]`,
		},
		"two schemes": {
			auth.HeaderSettings{Types: []string{"JWT", "Bearer"}},
			`{"token":{"description":"A token of the kind access.","scheme":"jwt","type":"http"},` +
				`"token2":{"bearerFormat":"JWT","description":"A token of the kind access.","scheme":"bearer","type":"http"}}`,
			`[{"token":[]},{"token2":[]}]`,
		},
		"a header of its own": {
			auth.HeaderSettings{Name: "HTTP_X_ACCESS_TOKEN"},
			`{"token":{"description":"A token of the kind access. The value of the header is Bearer, a space and the token.",` +
				`"in":"header","name":"X-Access-Token","type":"apiKey"}}`,
			`[{"token":[]}]`,
		},
	} {
		t.Run(what, func(t *testing.T) {
			d := parsed(t, openapi.Document(newService(t, func(s *auth.Settings) { s.Header = c.header }), openapi.Info{}))
			d.at("components", "securitySchemes").wants(c.schemes)
			d.at("paths", "/auth/user/", "get", "security").wants(c.ways)
			d.at("paths", "/auth/token/logout/", "post", "security").wants(strings.Replace(c.ways, "[", "[{},", 1))
			d.at("paths", "/auth/token/", "post", "security").wants("[]")
		})
	}
}

func TestRefusalsOfOneStatusAreItsExamples(t *testing.T) {
	d := parsed(t, openapi.Document(plainService(t), openapi.Info{}))
	unauthorized := d.at("paths", "/auth/token/refresh/", "post", "responses", "401")
	unauthorized.at("headers", "WWW-Authenticate", "schema").wants(`{"type":"string"}`)
	body := unauthorized.at("content", "application/json")
	body.at("schema").wants(`{"$ref":"#/components/schemas/Refusal"}`)
	examples, _ := body.at("examples").value.(map[string]any)
	if len(examples) != 4 {
		t.Errorf("examples = %v", examples)
	}
	body.at("examples", "token_not_valid_2", "value").wants(`{"code":"token_not_valid","detail":"Token has wrong type"}`)
	d.at("paths", "/auth/user/", "get", "responses", "401", "content", "application/json", "schema").
		wants(`{"anyOf":[{"$ref":"#/components/schemas/Detail"},{"$ref":"#/components/schemas/Refusal"},` +
			`{"$ref":"#/components/schemas/TokenRefusal"}]}`)
	d.at("components", "responses", "Unavailable", "headers", "Retry-After", "schema").wants(`{"type":"string"}`)
	d.at("components", "responses", "MethodNotAllowed", "headers", "Allow", "schema").wants(`{"type":"string"}`)
}

func TestWithOnErrorTheBodiesOfFailuresAreNotDescribed(t *testing.T) {
	service := newService(t, func(s *auth.Settings) {
		s.OnError = func(*http.Request, *auth.Error) *auth.Response { return nil }
	})
	d := parsed(t, openapi.Document(service, openapi.Info{}))
	responses := d.at("paths", "/auth/token/", "post", "responses")
	responses.at("401", "description").wants(`"Nobody is logged in by that."`)
	responses.at("401", "content").wants("null")
	d.at("components", "responses", "Unavailable", "content").wants("null")
	d.gives("/auth/token/").wants(`["refresh","access"]`)
}
