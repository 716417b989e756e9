package openapi_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/openapi"
)

func handle(*http.Request) (*auth.Response, error) { return &auth.Response{}, nil }

func TestAnEndpointOfOnesOwnIsDescribedByItsContract(t *testing.T) {
	d := parsed(t, openapi.Document(plainService(t), openapi.Info{}, auth.Only(), auth.With(
		auth.Endpoint{
			Name: "a device", Method: http.MethodPut, Path: "/devices/:id/", Handle: handle,
			Contract: &auth.Contract{
				Summary: "Rename a device", Token: true,
				Takes: []auth.Field{{Name: "names", List: true, Text: "All of them.", MaxLength: 40}, {
					Name: "place", Optional: true, Fields: []auth.Field{{Name: "room", Type: "integer"}},
				}},
				Gives:   []auth.Field{{Name: "state", Type: "string|null", Values: []string{"on", "off"}}},
				Refuses: []*auth.Error{auth.ErrForbidden, auth.NewError(http.StatusConflict, "busy", "Not now.")},
			},
		},
		auth.Endpoint{
			Name: "forget", Method: http.MethodDelete, Path: "/devices/:id/", Handle: handle,
			Contract: &auth.Contract{Status: http.StatusNoContent, Refuses: []*auth.Error{auth.ErrNoCredentials}},
		},
		auth.Endpoint{Name: "a_device", Method: http.MethodGet, Path: "/devices/:id/", Handle: handle},
		auth.Endpoint{Name: "unsaid", Method: http.MethodGet, Path: "/unsaid/", Handle: handle},
	)))
	item := d.at("paths", "/auth/devices/{id}/")
	item.at("put", "parameters").wants(`[{"in":"path","name":"id","required":true,"schema":{"type":"string"}}]`)
	item.at("put", "security").wants(`[{},{"token":[]}]`)
	d.input("a_device").wants(`{"names":{"description":"All of them.","items":{"maxLength":40,"type":"string"},"type":"array"},` +
		`"place":{"properties":{"room":{"type":"integer"}},"required":["room"],"type":"object"}}`)
	responses := item.at("put", "responses")
	responses.at("200", "content", "application/json", "schema", "properties", "state").
		wants(`{"enum":["on","off",null],"type":["string","null"]}`)
	responses.at("403", "content", "application/json", "examples", "permission_denied", "value", "code").
		wants(`"permission_denied"`)
	responses.at("409", "description").wants(`"Conflict"`)
	item.at("put", "operationId").wants(`"a_device"`)
	item.at("get", "operationId").wants(`"a_device_2"`)
	item.at("delete", "summary").wants(`"forget"`)
	item.at("delete", "responses", "204").wants(`{"description":"Done."}`)
	item.at("delete", "responses", "415").wants("null")
	d.at("paths", "/auth/unsaid/", "get", "responses", "default").wants(`{"description":"Not described."}`)
	if paths, _ := d.at("paths").value.(map[string]any); len(paths) != 2 {
		t.Errorf("%d paths", len(paths))
	}
}

func TestWhatIsLeftOutIsNotDescribed(t *testing.T) {
	service := plainService(t)
	d := parsed(t, openapi.Document(service, openapi.Info{}, auth.Only("token", "user"), auth.Except("user")))
	paths, _ := d.at("paths").value.(map[string]any)
	if len(paths) != 1 || paths["/auth/token/"] == nil {
		t.Errorf("paths = %v", paths)
	}
	d.at("components", "securitySchemes").wants("null")
	none := openapi.Document(service, openapi.Info{}, auth.Only())
	if !strings.Contains(string(none), `"paths":{},"components":{}`) {
		t.Errorf("of nothing: %s", none)
	}
}

func TestDocumentDoesNotWriteToItsOptions(t *testing.T) {
	opts := slices.Grow([]auth.RouteOption{auth.Only("token")}, 4)
	openapi.Document(plainService(t), openapi.Info{}, opts...)
	if opts[:2][1] != nil {
		t.Error("the option after the last is not nil")
	}
}

// references calls f with everything that a part of a document points at.
func references(v any, f func(to string)) {
	switch v := v.(type) {
	case map[string]any:
		if to, ok := v["$ref"].(string); ok {
			f(to)
		}
		for _, member := range v {
			references(member, f)
		}
	case []any:
		for _, item := range v {
			references(item, f)
		}
	}
}

func TestEveryReferenceIsThereAndNothingIsUnused(t *testing.T) {
	service := plainService(t)
	d := parsed(t, openapi.Document(service, openapi.Info{}, openapi.Serve(service, openapi.Info{})))
	used := map[string]bool{}
	references(d.value, func(to string) {
		used[to] = true
		if d.at(strings.Split(strings.TrimPrefix(to, "#/"), "/")...).value == nil {
			t.Errorf("%s is not there", to)
		}
	})
	for _, kind := range []string{"schemas", "responses"} {
		all, _ := d.at("components", kind).value.(map[string]any)
		for name := range all {
			if !used["#/components/"+kind+"/"+name] {
				t.Errorf("%s of the %s is unused", name, kind)
			}
		}
	}
	if len(used) < 10 {
		t.Errorf("%d references", len(used))
	}
}
