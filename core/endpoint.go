package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/authplug/authplug/core/internal/web"
)

// endpointTimeout ends an endpoint's waiting for stores and hashes: no request hangs.
const endpointTimeout = 15 * time.Second

// Endpoint is one method of one path. Handle reads the value of a segment ":id" of the path with
// r.PathValue("id"), decoded: a text in UTF-8 that is neither empty nor "." or "..", and has no
// slash and no NUL. Another one is answered 404.
type Endpoint struct {
	Name   string // for options, such as Only
	Method string // GET answers HEAD as well
	Path   string // below Settings.Mount, or the root with "/.well-known/"; with slashes around; ":id" is one segment
	Handle func(*http.Request) (*Response, error)

	Contract *Contract // for descriptions of the API; nil: not described
}

// Route is all methods of one path: what an adapter registers for any method, with and without the
// trailing slash. Handle answers everything and never panics; its error goes to [Service.Answer].
// It reads the values of the path's parameters itself, from the path as it was sent, and answers
// 404 if that is another one, or if a value is none that an [Endpoint] takes. A fixed segment has
// one spelling: nothing in it is encoded. Before the path there may be segments, of a router that
// keeps them, but no empty ones and no dots.
type Route struct {
	Path   string // with Settings.Mount, ending in a slash; ":id" is a parameter
	Handle func(*http.Request) (*Response, error)
}

// RouteOption chooses among a service's endpoints: token, token-refresh, token-verify,
// token-blacklist, token-logout, token-sliding, token-sliding-refresh, create-user,
// password-change, user, csrf, sessions, sessions-end-others, session-end, jwks, and pages, whose names
// begin with "page-". Those that a service of another package has not are among them without a Handle, so
// that it takes the same options, and are left out at the end.
type RouteOption func([]Endpoint) []Endpoint

// Only keeps the endpoints of these names. It panics at a name that there is not: a typing error
// must not decide what is open.
func Only(names ...string) RouteOption {
	return func(all []Endpoint) []Endpoint {
		mustName(all, names)
		return slices.DeleteFunc(all, func(e Endpoint) bool { return !slices.Contains(names, e.Name) })
	}
}

// Except drops the endpoints of these names. It panics at a name that there is not.
func Except(names ...string) RouteOption {
	return func(all []Endpoint) []Endpoint {
		mustName(all, names)
		return slices.DeleteFunc(all, func(e Endpoint) bool { return slices.Contains(names, e.Name) })
	}
}

// With adds endpoints. It panics if one is incomplete or its path malformed, if there is one of its
// name, or of its method and path, already, and if a parameter has two names: "/t/:id/" does not go
// with "/t/:name/x/".
func With(more ...Endpoint) RouteOption {
	return func(all []Endpoint) []Endpoint {
		for _, e := range more {
			mustFit(all, e)
			all = append(all, e)
		}
		return all
	}
}

// At moves an endpoint to another path below [Settings.Mount], which begins and ends with a slash:
// At("token", "/login/"). It panics at a name that there is not, and at a path that is malformed or
// taken.
func At(name, path string) RouteOption {
	return func(all []Endpoint) []Endpoint {
		mustName(all, []string{name})
		if !web.IsPlainPath(path) {
			panic(fmt.Sprintf("auth: the path of endpoint %q, %q, must begin with a slash and be %s", name, path, plainSegments))
		}
		i := slices.IndexFunc(all, func(e Endpoint) bool { return e.Name == name && e.Handle != nil })
		if i < 0 {
			return all // one that this service has not
		}
		moved := all[i]
		moved.Path = path
		mustFit(slices.Delete(slices.Clone(all), i, i+1), moved)
		all[i] = moved
		return all
	}
}

func mustName(all []Endpoint, names []string) {
	for _, name := range names {
		if !slices.ContainsFunc(all, func(e Endpoint) bool { return e.Name == name }) {
			panic(fmt.Sprintf("auth: there is no endpoint %q: use %s", name, endpointNames(all)))
		}
	}
}

func endpointNames(all []Endpoint) string {
	names := make([]string, len(all))
	for i, e := range all {
		names[i] = e.Name
	}
	return strings.Join(names, ", ")
}

func mustFit(all []Endpoint, e Endpoint) {
	taken := func(old Endpoint) bool {
		place := old.Method == e.Method && old.Path == e.Path && old.IsPage() == e.IsPage()
		return old.Handle != nil && (old.Name == e.Name || place)
	}
	switch {
	case e.Name == "" || e.Handle == nil || !slices.Contains(methods, e.Method):
		panic(fmt.Sprintf("auth: endpoint %q needs a name, a handler, and a method of %s", e.Name, strings.Join(methods, ", ")))
	case e.Path == "/":
		panic(fmt.Sprintf("auth: endpoint %q cannot be the mount itself: give it a path below, such as /%s/", e.Name, e.Name))
	case !isPattern(e.Path):
		panic(fmt.Sprintf("auth: the path of endpoint %q, %q, must begin and end with a slash and be %s or parameters, such as /things/:id/",
			e.Name, e.Path, plainSegments))
	case slices.ContainsFunc(all, taken):
		panic(fmt.Sprintf("auth: there is an endpoint with the name, or the method and path, of %q", e.Name))
	}
	mustNameParameters(all, e)
}

// mustNameParameters panics where one framework would, and another lose an endpoint or a value.
func mustNameParameters(all []Endpoint, e Endpoint) {
	path := patternOf(e.Path)
	if name := path.twice(); name != "" {
		panic(fmt.Sprintf("auth: the path of endpoint %q, %q, has the parameter %s twice", e.Name, e.Path, name))
	}
	for _, old := range all {
		if own, others, found := path.clash(patternOf(old.Path)); found {
			panic(fmt.Sprintf("auth: endpoints %q and %q call the same parameter of their paths %s and %s: give it one name",
				old.Name, e.Name, others, own))
		}
	}
}

// Routes returns the service's endpoints, grouped by path. Options apply in their order. It panics
// at an option that is nil.
func (s *Service) Routes(opts ...RouteOption) []Route {
	all := s.endpoints()
	for _, opt := range opts {
		if opt == nil {
			panic("auth: a RouteOption is nil: leave it out")
		}
		all = opt(all)
	}
	all = slices.DeleteFunc(withoutOrphans(all), func(e Endpoint) bool { return e.Handle == nil })
	var paths []string
	byPath := map[string]map[string]Endpoint{}
	for _, e := range all {
		path := e.Under(s.mount)
		if byPath[path] == nil {
			byPath[path] = map[string]Endpoint{}
			paths = append(paths, path)
		}
		old, taken := byPath[path][e.Method]
		byPath[path][e.Method] = e.beside(old, taken)
	}
	routes := make([]Route, len(paths))
	for i, path := range paths {
		routes[i] = Route{Path: path, Handle: s.dispatch(patternOf(path), byPath[path])}
	}
	return routes
}

// Under returns the whole path of an endpoint of a service that is mounted somewhere. What begins
// with "/.well-known/" is below the root all the same, where others look for it (RFC 8615).
func (e Endpoint) Under(mount string) string {
	if strings.HasPrefix(e.Path, wellKnown) {
		return e.Path
	}
	return mountPath(mount) + e.Path
}

// dispatch returns the one handler of a path: it chooses by method.
func (s *Service) dispatch(path pattern, byMethod map[string]Endpoint) func(*http.Request) (*Response, error) {
	allow := allowed(byMethod)
	return func(r *http.Request) (*Response, error) {
		if !path.bind(r) {
			return nil, errNoPath
		}
		method := r.Method
		if method == http.MethodHead {
			method = http.MethodGet
		}
		endpoint, ok := byMethod[method]
		if !ok && method == http.MethodOptions {
			return (&Response{Status: http.StatusNoContent}).withHeader("Allow", allow), nil
		}
		if !ok {
			return nil, methodNotAllowed(r.Method).WithHeader("Allow", allow)
		}
		p, err := s.guarded(endpoint.Handle, r)
		if err != nil {
			return nil, answerable(err).WithHeader("Allow", allow)
		}
		return p.withHeader("Allow", allow), nil
	}
}

// guarded runs a handler for a bounded time and turns a panic into an error.
func (s *Service) guarded(handle func(*http.Request) (*Response, error), r *http.Request) (p *Response, err error) {
	defer func() {
		if v := recover(); v != nil {
			p, err = nil, ErrInternal.Because(fmt.Errorf("auth: panic: %v", v))
		}
	}()
	ctx, cancel := context.WithTimeout(r.Context(), s.delegation.Timeout)
	defer cancel()
	p, err = handle(r.WithContext(ctx))
	if to := (*Redirect)(nil); errors.As(err, &to) && to != nil {
		p, err = to.Response(), nil
	}
	if p == nil && err == nil {
		err = ErrInternal.Because(errors.New("auth: an endpoint answered nothing"))
	}
	return p, err
}

// methods are those that an endpoint can have, in the protocol's order.
var methods = []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}

// allowed lists the methods of a path in the protocol's order.
func allowed(byMethod map[string]Endpoint) string {
	var names []string
	for _, m := range methods {
		if _, ok := byMethod[m]; !ok {
			continue
		}
		names = append(names, m)
		if m == http.MethodGet {
			names = append(names, http.MethodHead)
		}
	}
	return strings.Join(append(names, http.MethodOptions), ", ")
}

func methodNotAllowed(method string) *Error {
	return &Error{
		status: http.StatusMethodNotAllowed, code: "method_not_allowed", bare: true,
		detail: fmt.Sprintf("Method %q not allowed.", method),
	}
}
