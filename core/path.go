package auth

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/authplug/authplug/core/internal/web"
)

// pattern is the path of a route by segments: fixed ones, which are plain and so have one spelling,
// and ":name" for the value of a parameter.
type pattern []string

// patternOf takes a path apart that has slashes around.
func patternOf(path string) pattern { return strings.Split(path[1:len(path)-1], "/") }

func isParameter(part string) bool { return strings.HasPrefix(part, ":") }

// twice returns a parameter that a pattern has twice, or "".
func (p pattern) twice() string {
	for i, part := range p {
		if isParameter(part) && slices.Contains(p[:i], part) {
			return part
		}
	}
	return ""
}

// clash returns the first parameter that has another name in another pattern: routers have one name
// for it in all paths that are the same up to there.
func (p pattern) clash(other pattern) (own, others string, found bool) {
	for i := range min(len(p), len(other)) {
		if p[i] != other[i] {
			return p[i], other[i], isParameter(p[i]) && isParameter(other[i])
		}
	}
	return "", "", false
}

// bind fits a request's path, as it was sent, to the pattern and gives the request the values of
// the parameters. Frameworks decode and clean paths before or after they choose a route, each in
// its way: here a path has one spelling, so that what a proxy limits by its path cannot be reached
// by another, and a value is the same everywhere.
func (p pattern) bind(r *http.Request) bool {
	rest := strings.TrimSuffix(r.URL.EscapedPath(), "/")
	for _, want := range slices.Backward(p) { // from the end: the request may be below a prefix
		slash := strings.LastIndexByte(rest, '/')
		if slash < 0 || !bindSegment(r, want, rest[slash+1:]) {
			return false
		}
		rest = rest[:slash]
	}
	return isPrefix(rest)
}

func bindSegment(r *http.Request, want, sent string) bool {
	if !isParameter(want) {
		return sent == want
	}
	value, ok := segmentText(sent)
	if ok {
		r.SetPathValue(want[1:], value)
	}
	return ok
}

// isPrefix reports whether what is sent before an endpoint's path is nothing or plain segments: some
// routers look over a slash too many, and over dots and the segment that they take back.
func isPrefix(rest string) bool {
	if rest == "" {
		return true
	}
	for sent := range strings.SplitSeq(rest[1:], "/") {
		if text, ok := segmentText(sent); !ok || strings.Contains(text, `\`) {
			return false
		}
	}
	return rest[0] == '/'
}

// segmentText decodes a segment. It is ok if it is a text, and a segment for whoever decodes it
// earlier or later: not empty, without a slash, and no dots that take segments back.
func segmentText(sent string) (text string, ok bool) {
	text, err := url.PathUnescape(sent)
	return text, err == nil && text != "" && !web.IsDots(text) &&
		!strings.ContainsAny(text, "/\x00") && utf8.ValidString(text)
}

// isPattern reports whether a path begins and ends with a slash and has whole segments between, all
// of which are plain but for the colon before the name of a parameter.
func isPattern(path string) bool {
	return strings.HasSuffix(path, "/") && path != "/" && web.IsPlainPath(strings.ReplaceAll(path, "/:", "/"))
}

// errNoPath answers a path that a framework took for an endpoint's and that is not.
var errNoPath = &Error{status: http.StatusNotFound, code: "not_found", bare: true, detail: "Not found."}
