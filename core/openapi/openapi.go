package openapi

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/internal/wire"
)

// Info says whose description it is.
type Info struct {
	// Title names the API. Defaults to "Authentication".
	Title string `json:"title"`

	// Description tells about it, in CommonMark. Defaults to what is true of all endpoints.
	Description string `json:"description,omitempty"`

	// Version is that of the API, not of this package. Defaults to "1".
	Version string `json:"version"`
}

// Serve adds the endpoint openapi, GET openapi.json below [auth.Settings.Mount], which answers the
// description of all endpoints that the options before it have left: pass it last. The answer can
// be cached, needs no token and is made once. It panics if an option before has added an endpoint
// of this name or path.
func Serve(service *auth.Service, info Info) auth.RouteOption {
	return func(all []auth.Endpoint) []auth.Endpoint {
		page := &page{}
		all = auth.With(auth.Endpoint{
			Name: "openapi", Method: http.MethodGet, Path: "/openapi.json/", Handle: page.handle,
			Contract: &auth.Contract{
				Summary: "Describe the API", Text: "An OpenAPI 3.1 description of these endpoints.",
				Gives: []auth.Field{{Name: "openapi"}}, More: true,
			},
		})(all)
		page.fill(describe(service.Settings(), info, all))
		return all
	}
}

// Document returns the description as JSON. The options are those that the endpoints are registered
// with. The same service and options give the same bytes.
func Document(service *auth.Service, info Info, opts ...auth.RouteOption) []byte {
	var document []byte
	service.Routes(append(slices.Clip(opts), func(all []auth.Endpoint) []auth.Endpoint {
		document = describe(service.Settings(), info, all)
		return all
	})...)
	return document
}

const trueOfAll = "Every path is served without its trailing slash as well. HEAD is answered as GET without the " +
	"body, OPTIONS by 204 with the methods in the header Allow. In a JSON body a number is taken for a text."

// describe returns the description of endpoints as JSON.
func describe(settings auth.Settings, info Info, all []auth.Endpoint) []byte {
	info.Title = cmp.Or(info.Title, "Authentication")
	info.Description = cmp.Or(info.Description, trueOfAll)
	info.Version = cmp.Or(info.Version, "1")
	all = slices.DeleteFunc(slices.Clone(all), auth.Endpoint.IsPage) // for people
	document, err := wire.Marshal(newWriter(settings).document(info, all))
	if err != nil {
		panic("openapi: " + err.Error()) // every part of it can be encoded
	}
	return document
}

// page is a document as it is served.
type page struct {
	body []byte
	tag  string
}

func (p *page) fill(document []byte) {
	sum := sha256.Sum256(document)
	p.body, p.tag = document, `"`+hex.EncodeToString(sum[:8])+`"`
}

func (p *page) handle(r *http.Request) (*auth.Response, error) {
	header := http.Header{"Cache-Control": {"public, max-age=300"}, "Etag": {p.tag}}
	if strings.Contains(r.Header.Get("If-None-Match"), p.tag) {
		return &auth.Response{Status: http.StatusNotModified, Header: header}, nil
	}
	header.Set("Content-Type", "application/json")
	return &auth.Response{Header: header, Body: p.body}, nil
}
