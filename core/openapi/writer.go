package openapi

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/internal/wire"
)

// writer makes one document and collects what its operations have in common.
type writer struct {
	settings   auth.Settings
	ids        map[string]bool
	components components
}

func newWriter(settings auth.Settings) *writer {
	return &writer{settings, map[string]bool{}, components{
		Schemas: map[string]*schema{}, Responses: map[string]*response{}, SecuritySchemes: map[string]securityScheme{},
	}}
}

func (w *writer) document(info Info, all []auth.Endpoint) document {
	d := document{OpenAPI: "3.1.0", Info: info, Servers: []server{{URL: "/"}}}
	items := map[string]int{}
	for _, e := range all {
		path, parameters := w.path(e)
		i, ok := items[path]
		if !ok {
			i = len(d.Paths)
			items[path] = i
			d.Paths = append(d.Paths, wire.Member{Name: path, Value: map[string]operation{}})
		}
		item, _ := d.Paths[i].Value.(map[string]operation)
		item[strings.ToLower(e.Method)] = w.operation(e, parameters)
	}
	d.Components = w.components
	return d
}

// path returns where an endpoint is, and its parameters.
func (w *writer) path(e auth.Endpoint) (path string, parameters []parameter) {
	parts := strings.Split(e.Under(w.settings.Mount), "/")
	for i, part := range parts {
		if name, ok := strings.CutPrefix(part, ":"); ok {
			parts[i] = "{" + name + "}"
			parameters = append(parameters, parameter{Name: name, In: "path", Required: true, Schema: text()})
		}
	}
	return strings.Join(parts, "/"), parameters
}

func (w *writer) operation(e auth.Endpoint, parameters []parameter) operation {
	o := operation{
		Summary: e.Name, ID: w.id(e.Name), Parameters: parameters, Security: []map[string][]string{},
		Responses: map[string]*response{},
	}
	w.refuse(&o, http.StatusMethodNotAllowed, methodNotAllowed)
	c := e.Contract
	if c == nil {
		o.Responses["default"] = &response{Description: "Not described."}
		return o
	}
	o.Summary, o.Description = cmp.Or(c.Summary, e.Name), c.Text
	o.Responses[strconv.Itoa(cmp.Or(c.Status, http.StatusOK))] = success(c)
	if c.Takes != nil {
		o.Body = w.body(o.ID, c)
	}
	if c.Token {
		o.Security = w.security(slices.ContainsFunc(c.Refuses, isNoCredentials))
	}
	for status, all := range refusals(c) {
		w.refuse(&o, status, all)
	}
	return o
}

func (w *writer) refuse(o *operation, status int, all []refusal) {
	o.Responses[strconv.Itoa(status)] = w.refused(status, all)
}

// body returns what an endpoint takes: the same fields in each media type.
func (w *writer) body(id string, c *auth.Contract) *requestBody {
	s := object(c.Takes)
	m := media{Schema: w.named(id+"-input", s)}
	b := &requestBody{Content: jsonOf(m), Required: len(s.Required) > 0}
	if c.Forms {
		b.Content["application/x-www-form-urlencoded"], b.Content["multipart/form-data"] = m, m
	}
	return b
}

// id returns what generators call an endpoint: its name, in characters that components and URLs can
// have.
func (w *writer) id(name string) string {
	id := unused(w.ids, strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '-' {
			return r
		}
		return '_'
	}, name))
	w.ids[id] = true
	return id
}

func success(c *auth.Contract) *response {
	if c.Status == http.StatusNoContent {
		return &response{Description: "Done."}
	}
	s := object(c.Gives)
	if c.More {
		s.More = true
	}
	if c.List {
		s = &schema{Type: "array", Items: s}
	}
	return &response{Description: "Done.", Content: jsonOf(media{Schema: s})}
}

func jsonOf(m media) map[string]media { return map[string]media{"application/json": m} }

func isNoCredentials(e *auth.Error) bool { return errors.Is(e, auth.ErrNoCredentials) }
