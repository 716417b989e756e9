package auth

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// pattern is the path of a route by segments: fixed ones, and ":name" for the value of a parameter.
type pattern []string

// patternOf takes a path apart that has slashes around.
func patternOf(path string) pattern { return strings.Split(path[1:len(path)-1], "/") }

// bind fits a request's path, as it was sent, to the pattern and gives the request the values of
// the parameters. Frameworks decode paths before or after they choose a route, each in its way:
// here a path has one spelling, so that what a proxy limits by its path cannot be reached by
// another, and a value is the same everywhere.
func (p pattern) bind(r *http.Request) bool {
	rest := strings.TrimSuffix(r.URL.EscapedPath(), "/")
	for _, want := range slices.Backward(p) { // from the end: the request may be below a prefix
		slash := strings.LastIndexByte(rest, '/')
		if slash < 0 || !bindSegment(r, want, rest[slash+1:]) {
			return false
		}
		rest = rest[:slash]
	}
	return !strings.HasSuffix(rest, "/") // some routers look over a slash too many
}

func bindSegment(r *http.Request, want, sent string) bool {
	name, isParameter := strings.CutPrefix(want, ":")
	if !isParameter {
		return sent == want || sent == url.PathEscape(want)
	}
	value, err := url.PathUnescape(sent)
	if err != nil || value == "" || strings.Contains(value, "/") {
		return false
	}
	r.SetPathValue(name, value)
	return true
}

// isPattern reports whether a path begins and ends with a slash and has whole segments between, of
// which those with a colon are names of parameters.
func isPattern(path string) bool {
	if len(path) < 2 || path[0] != '/' || path[len(path)-1] != '/' {
		return false
	}
	for _, part := range patternOf(path) {
		name := strings.TrimPrefix(part, ":")
		if name == "" || strings.ContainsAny(name, ":*") {
			return false
		}
	}
	return true
}

// errNoPath answers a path that a framework took for an endpoint's and that is not.
var errNoPath = &Error{status: http.StatusNotFound, code: "not_found", bare: true, detail: "Not found."}
