package openapi_test

import (
	"strings"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/openapi"
	"github.com/authplug/authplug/core/remote"
)

// clientDocument describes a client-service.
func clientDocument(t *testing.T, settings auth.Settings, upstream remote.Settings) node {
	t.Helper()
	upstream.URL = "https://auth.example.com"
	if upstream.Verify != "" {
		settings.Signing.Key = "a key for tests, with more than 64 bytes, that nobody should use elsewhere"
		settings.Signing.AllowSampleKey = true
	}
	service, err := remote.New(settings, auth.In(anyStore{}), upstream)
	if err != nil {
		t.Fatal(err)
	}
	return parsed(t, openapi.Document(service, openapi.Info{}, openapi.Serve(service, openapi.Info{})))
}

// response returns what is said of a status of an endpoint, and whether its body may be any object.
func (n node) response(path, method, status string) (response node, open bool) {
	response = n.at("paths", path, method, "responses", status)
	if ref, ok := response.at("$ref").value.(string); ok {
		response = n.at(strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
	}
	references(response.value, func(to string) {
		if n.at(strings.Split(strings.TrimPrefix(to, "#/"), "/")...).at("additionalProperties").value == true {
			open = true
		}
	})
	return response, open
}

// example returns one of the bodies of a response.
func (n node) example(code string) node {
	return n.at("content", "application/json", "examples", code, "value")
}

func TestAClientServicePassesRefusalsOn(t *testing.T) {
	d := clientDocument(t, auth.Settings{}, remote.Settings{})
	for _, path := range []string{
		"/auth/token/", "/auth/token/refresh/", "/auth/token/verify/", "/auth/token/sliding/",
		"/auth/token/sliding/refresh/", "/auth/password-change/",
	} {
		for _, status := range []string{"400", "401", "403", "429"} {
			response, open := d.response(path, "post", status)
			response.example("auth_service_refused").wants(`{"detail":"Authentication service returned an error."}`)
			if !open {
				t.Errorf("%s: the body of %s is that of this service", path, status)
			}
		}
		outage, open := d.response(path, "post", "503")
		outage.example("auth_service_unavailable").at("code").wants(`"auth_service_unavailable"`)
		outage.at("headers", "Retry-After", "schema").wants(`{"type":"string"}`)
		busy, _ := d.response(path, "post", "429")
		busy.at("headers", "Retry-After", "schema").wants(`{"type":"string"}`)
		if _, tooLarge := d.response(path, "post", "413"); open || tooLarge {
			t.Errorf("%s: an outage or a large body is told in the words of the auth-service", path)
		}
	}
	conflict, _ := d.response("/auth/token/", "post", "403")
	conflict.example("account_conflict").at("code").wants(`"account_conflict"`)
	d.at("components", "schemas", "PassedOn").
		wants(`{"additionalProperties":true,"description":"What another service says, as it says it.","type":"object"}`)
	d = parsed(t, openapi.Document(plainService(t), openapi.Info{}))
	d.at("components", "schemas", "PassedOn").wants("null")
}

func TestAClientServiceAnswersTheTokensOfItsAuthService(t *testing.T) {
	for what, c := range map[string]struct {
		settings        auth.Settings
		issued, renewed string
	}{
		"pairs":   {auth.Settings{}, "null", `["access"]`},
		"reused":  {auth.EasyJWT(), "null", `["access"]`},
		"sliding": {auth.Settings{Tokens: auth.TokenSettings{Kind: auth.KindSliding}}, `["token"]`, `["token"]`},
	} {
		t.Run(what, func(t *testing.T) {
			d := clientDocument(t, c.settings, remote.Settings{})
			d.gives("/auth/token/").wants(c.issued)
			d.gives("/auth/token/refresh/").wants(c.renewed)
			d.gives("/auth/token/sliding/").wants(`["token"]`)
			for _, path := range []string{"/auth/token/", "/auth/token/refresh/", "/auth/token/sliding/"} {
				response, _ := d.response(path, "post", "200")
				response.at("content", "application/json", "schema", "additionalProperties").wants("true")
			}
		})
	}
	issued, _ := clientDocument(t, auth.Settings{}, remote.Settings{}).response("/auth/token/", "post", "200")
	issued.at("content", "application/json", "schema", "properties", "token", "type").wants(`"string"`)
}

func TestALogoutAtAClientServiceEndsOneSession(t *testing.T) {
	d := clientDocument(t, auth.Settings{}, remote.Settings{})
	d.input("token-logout").at("scope", "enum").wants(`["this"]`)
	d.input("token-logout").at("token").wants("null")
	d.at("paths", "/auth/token/logout/", "post", "security").wants("[]")
	refused, open := d.response("/auth/token/logout/", "post", "400")
	refused.example("invalid_scope").at("code").wants(`"invalid_scope"`)
	for _, status := range []string{"401", "503"} {
		never, _ := d.response("/auth/token/logout/", "post", status)
		never.wants("null")
	}
	if open {
		t.Error("a logout is refused in the words of the auth-service")
	}
	kept := clientDocument(t, auth.Settings{}, remote.Settings{KeepTokens: true})
	kept.input("token-logout").at("refresh").wants(`{"type":["string","null"]}`)
}

func TestAClientServiceLeavesPasswordsToItsAuthService(t *testing.T) {
	settings := auth.Settings{Passwords: auth.PasswordSettings{MinLength: 13}}
	clientDocument(t, settings, remote.Settings{}).input("password-change").at("new_password").
		wants(`{"format":"password","minLength":1,"type":"string"}`)
}

func TestUserOfAClientServiceRefusesAsItVerifies(t *testing.T) {
	stateless := auth.Settings{Claims: auth.ClaimSettings{Stateless: true}}
	for what, c := range map[string]struct {
		settings                     auth.Settings
		upstream                     remote.Settings
		words, slowly, conflict, own bool
	}{
		"remote":           {upstream: remote.Settings{}, words: true, slowly: true, conflict: true},
		"local":            {upstream: remote.Settings{Verify: remote.VerifyLocal}, slowly: true, conflict: true, own: true},
		"stateless":        {settings: stateless, words: true, slowly: true},
		"local, stateless": {settings: stateless, upstream: remote.Settings{Verify: remote.VerifyLocal}, own: true},
		"hybrid": {
			upstream: remote.Settings{Verify: remote.VerifyHybrid, CacheTTL: time.Minute},
			words:    true, slowly: true, conflict: true, own: true,
		},
	} {
		t.Run(what, func(t *testing.T) {
			d := clientDocument(t, c.settings, c.upstream)
			unauthorized, words := d.response("/auth/user/", "get", "401")
			slowly, _ := d.response("/auth/user/", "get", "429")
			conflict, _ := d.response("/auth/user/", "get", "403")
			own := unauthorized.example("token_not_valid").at("code").value != nil ||
				unauthorized.example("token_not_valid_2").at("code").value != nil
			if words != c.words || own != c.own || (slowly.value != nil) != c.slowly || (conflict.value != nil) != c.conflict {
				t.Errorf("words %t, slowly %v, conflict %v, own %t", words, slowly.value != nil, conflict.value != nil, own)
			}
			unauthorized.example("bad_authorization_header_2").
				wants(`{"detail":"Invalid basic header. Credentials string should not contain spaces."}`)
		})
	}
}
