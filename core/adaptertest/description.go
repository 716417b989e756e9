package adaptertest

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/openapi"
	"github.com/authplug/authplug/core/password"
	"github.com/authplug/authplug/core/token"
)

var descriptionClaims = []claim{
	{"the description is served as it is made", descriptionIsServed},
	{"who has it is not sent it again", descriptionIsCached},
	{"what is described is served, and nothing else", descriptionIsComplete},
	{"endpoints of the application's own are as they are described", ownIsDescribed},
	{"what the application breaks is told of no further", brokenIsDescribed},
}

const descriptionPath = "/auth/openapi.json"

var shopInfo = openapi.Info{Title: "Shop <ä>", Version: "2"}

// describing is an application that serves the description of what the options leave.
func (h Harness) describing(t *testing.T, opts ...auth.RouteOption) *app {
	t.Helper()
	a := h.app(t, nil)
	a.serve(nil, append(slices.Clip(opts), openapi.Serve(a.service, shopInfo))...)
	return a
}

func descriptionIsServed(t *testing.T, h Harness) {
	a := h.describing(t, auth.Except("create-user"))
	want := openapi.Document(a.service, shopInfo, auth.Except("create-user"), openapi.Serve(a.service, shopInfo))
	for _, path := range []string{descriptionPath, descriptionPath + "/"} {
		p := a.get(path, "")
		p.want(t, http.StatusOK, string(want))
		if got := p.header.Get("Cache-Control"); got != "public, max-age=300" {
			t.Errorf("Cache-Control = %q", got)
		}
	}
	a.send(http.MethodPost, descriptionPath, nil).want(t, http.StatusMethodNotAllowed, "")
	h.app(t, nil).get(descriptionPath, "").want(t, http.StatusNotFound, "")
}

func descriptionIsCached(t *testing.T, h Harness) {
	a := h.describing(t)
	tag := a.get(descriptionPath, "").header.Get("ETag")
	for _, known := range []string{tag, `"other", ` + tag, "W/" + tag} {
		p := a.send(http.MethodGet, descriptionPath, nil, "If-None-Match", known)
		if p.status != http.StatusNotModified || p.text != "" || p.header.Get("ETag") != tag {
			t.Errorf("%s: %d %q, %v", known, p.status, p.text, p.header)
		}
	}
	a.send(http.MethodGet, descriptionPath, nil, "If-None-Match", `"other"`).want(t, http.StatusOK, "")
	if other := h.describing(t, auth.Only()).get(descriptionPath, "").header.Get("ETag"); other == tag || tag == "" {
		t.Errorf("the tags of two descriptions are %s and %s", tag, other)
	}
}

func descriptionIsComplete(t *testing.T, h Harness) {
	for there, opts := range map[string][]auth.RouteOption{
		"/create-user/": nil, "/user/": {auth.Only("token", "user")},
		"/token/": {auth.Except("create-user")}, "/login/": {auth.At("token", "/login/")},
	} {
		a := h.describing(t, opts...)
		paths, _ := a.get(descriptionPath, "").body["paths"].(map[string]any)
		if paths[a.path(there)] == nil {
			t.Errorf("%s is not described", there)
		}
		for _, path := range append(slices.Collect(maps.Keys(endpoints())), "/login/") {
			described := paths[a.path(path)] != nil
			served := a.send(http.MethodOptions, a.path(path), nil).status == http.StatusNoContent
			if described != served {
				t.Errorf("where %s is: %s is described: %t, served: %t", there, path, described, served)
			}
		}
	}
}

// renaming is an endpoint of an application. One device may not be renamed, and one breaks it.
func renaming(r *http.Request) (*auth.Response, error) {
	var body struct{ Name string }
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		return nil, errNoName
	}
	switch r.PathValue("id") {
	case "1":
		return nil, auth.ErrForbidden
	case "2":
		panic("the endpoint is broken")
	}
	return &auth.Response{Body: map[string]string{"id": r.PathValue("id"), "name": body.Name}}, nil
}

var errNoName = auth.NewError(http.StatusBadRequest, "no_name", "There is no name.")

func ownIsDescribed(t *testing.T, h Harness) {
	a := h.describing(t, auth.Only(), auth.With(auth.Endpoint{
		Name: "rename", Method: http.MethodPut, Path: "/devices/:id/", Handle: renaming,
		Contract: &auth.Contract{
			Takes: []auth.Field{{Name: "name"}}, Gives: []auth.Field{{Name: "id"}, {Name: "name"}},
			Refuses: []*auth.Error{errNoName, auth.ErrForbidden},
		},
	}))
	a.send(http.MethodPut, "/auth/devices/7/", object{"name": "x"}).want(t, http.StatusOK, `{"id":"7","name":"x"}`)
	a.send(http.MethodPut, "/auth/devices/7/", nil).want(t, http.StatusBadRequest, "")
	a.send(http.MethodPut, "/auth/devices/1", object{"name": "x"}).want(t, http.StatusForbidden, forbiddenBody)
	a.send(http.MethodPut, "/auth/devices/2/", object{"name": "x"}).want(t, http.StatusInternalServerError, internalBody)
	a.send(http.MethodPatch, "/auth/devices/7/", nil).want(t, http.StatusMethodNotAllowed, "")
	paths, _ := a.get(descriptionPath, "").body["paths"].(map[string]any)
	if item, _ := paths["/auth/devices/{id}/"].(map[string]any); item["put"] == nil {
		t.Errorf("paths = %v", paths)
	}
}

func brokenIsDescribed(t *testing.T, h Harness) {
	broken := false
	a := h.app(t, func(s *auth.Settings) {
		rule := func(context.Context, string, password.Subject) (string, error) {
			if broken {
				panic("the rule is broken")
			}
			return "", nil
		}
		s.Passwords.Rules = []password.Rule{password.RuleFunc(rule)}
		s.Claims.More = func(context.Context, *auth.User, token.Kind) (map[string]any, error) { return nil, errOutage }
	})
	a.user(ann)
	broken = true
	for endpoint, body := range map[string]object{
		"/create-user/":     {"email": "bob@example.com", "password": userPassword},
		"/password-change/": {"email": ann, "password": userPassword, "new_password": freshPassword},
		"/token/sliding/":   {"email": ann, "password": userPassword},
	} {
		a.post(endpoint, body).want(t, http.StatusInternalServerError, internalBody)
	}
}
