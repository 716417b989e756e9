package openapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/openapi"
)

// An adapter's Register takes the same options:
// a.Register(r, auth.Only("user"), openapi.Serve(service, info)).
func ExampleServe() {
	service, err := auth.New(auth.Settings{Signing: auth.Signing{Key: exampleKey()}}, auth.In(anyStore{}))
	if err != nil {
		panic(err)
	}
	info := openapi.Info{Title: "Shop", Version: "2.0"}
	for _, route := range service.Routes(auth.Only("user"), openapi.Serve(service, info)) {
		fmt.Println(route.Path)
		if route.Path != "/auth/openapi.json/" {
			continue
		}
		p, err := route.Handle(httptest.NewRequest(http.MethodGet, "/auth/openapi.json", nil))
		if err != nil {
			panic(err)
		}
		w := httptest.NewRecorder()
		p.Write(w)
		fmt.Println(w.Code, w.Header().Get("Content-Type"), w.Body.String()[:60])
	}
	// Output:
	// /auth/user/
	// /auth/openapi.json/
	// 200 application/json {"openapi":"3.1.0","info":{"title":"Shop","description":"Eve
}

// What an endpoint of one's own takes, answers and refuses is its contract.
func ExampleDocument() {
	service, err := auth.New(auth.Settings{Signing: auth.Signing{Key: exampleKey()}}, auth.In(anyStore{}))
	if err != nil {
		panic(err)
	}
	document := openapi.Document(service, openapi.Info{}, auth.With(auth.Endpoint{
		Name: "device", Method: http.MethodPost, Path: "/devices/:id/",
		Handle: func(*http.Request) (*auth.Response, error) { return &auth.Response{}, nil },
		Contract: &auth.Contract{
			Summary: "Rename a device", Token: true,
			Takes:   []auth.Field{{Name: "name", MinLength: 1, MaxLength: 40}},
			Gives:   []auth.Field{{Name: "id"}, {Name: "name"}},
			Refuses: []*auth.Error{auth.ErrNoCredentials, auth.ErrForbidden},
		},
	}))
	var parsed struct {
		Paths      map[string]map[string]struct{ Summary string }
		Components struct {
			Schemas map[string]struct{ Properties json.RawMessage }
		}
	}
	if err := json.Unmarshal(document, &parsed); err != nil {
		panic(err)
	}
	fmt.Println(parsed.Paths["/auth/devices/{id}/"]["post"].Summary)
	fmt.Println(string(parsed.Components.Schemas["device-input"].Properties))
	// Output:
	// Rename a device
	// {"name":{"type":"string","minLength":1,"maxLength":40}}
}

func exampleKey() auth.Secret { return auth.Secret(fmt.Sprintf("%064x", 4711)) }
