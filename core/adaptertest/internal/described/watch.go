// Package described compares what applications are asked and answer with the descriptions that
// package openapi makes of them: every request that is accepted and every answer must be described,
// and everything that is described must be seen.
package described

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/openapi"
)

// Watch looks at exchanges. Its zero value is ready to use; it is safe for concurrent use.
type Watch struct {
	mu       sync.Mutex
	problems map[string]bool
	said     map[string]bool // what is described: an endpoint, a status and a sentence
	seen     map[string]bool
}

// Handler returns a handler that answers as next does, and compares. The options are those that the
// service's endpoints are registered with.
func (w *Watch) Handler(s *auth.Service, opts []auth.RouteOption, next http.Handler) http.Handler {
	prepare := sync.OnceValue(func() *application { return w.application(s, opts) })
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		path := cmp.Or(r.URL.RawPath, r.URL.Path) // another spelling is another path
		e := exchange{request: r, path: path, response: &recorder{ResponseWriter: rw}}
		if r.Body != nil && r.Body != http.NoBody {
			r = r.WithContext(r.Context()) // a copy: the body is the caller's
			r.Body = &tee{r.Body, &e.body}
		}
		next.ServeHTTP(e.response, r)
		prepare().look(&e)
	})
}

// Problems returns what was not described.
func (w *Watch) Problems() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Sorted(maps.Keys(w.problems))
}

// Unseen returns what was described but never answered: the name of an endpoint, a status and,
// where refusals have one each, the sentence.
func (w *Watch) Unseen() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var unseen []string
	for _, key := range slices.Sorted(maps.Keys(w.said)) {
		if !w.seen[key] {
			unseen = append(unseen, key)
		}
	}
	return unseen
}

func (w *Watch) complain(e *exchange, format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.problems == nil {
		w.problems = map[string]bool{}
	}
	if len(w.problems) < 50 {
		w.problems[fmt.Sprintf("%s %s %.200q is answered %d %.300s: %s", e.request.Method, e.path, e.body.String(),
			e.response.status, e.response.body.String(), fmt.Sprintf(format, args...))] = true
	}
}

// note enters keys in one of the two lists.
func (w *Watch) note(list *map[string]bool, keys ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if *list == nil {
		*list = map[string]bool{}
	}
	for _, key := range keys {
		(*list)[key] = true
	}
}

// application reads the description of a service, and what there is to be seen.
func (w *Watch) application(s *auth.Service, opts []auth.RouteOption) *application {
	d, err := parse(openapi.Document(s, openapi.Info{}, opts...))
	if err != nil {
		panic(err)
	}
	a := &application{watch: w, document: d, settings: s.Settings()}
	d.operations(func(operation object) {
		if undescribed(operation) {
			return
		}
		for status := range member(operation, "responses") {
			w.note(&w.said, keys(operation, status, d.response(operation, status))...)
		}
	})
	return a
}

// keys are what an operation says of a status: that there is it and, where each refusal is an
// example, every sentence.
func keys(operation object, status string, response object) []string {
	name, _ := operation["operationId"].(string)
	all := []string{name + " " + status}
	if !exact(status) {
		return all
	}
	for _, body := range examples(response) {
		all = append(all, fmt.Sprintf("%s %s %v", name, status, body["detail"]))
	}
	return all
}

// exact reports whether the examples of a status are all that it is answered with.
func exact(status string) bool {
	return !strings.HasPrefix(status, "2") && !slices.Contains([]string{"400", "405", "413", "415", "500"}, status)
}

// exchange is a request and its answer.
type exchange struct {
	request  *http.Request
	path     string // as it was asked: some handlers change it
	body     bytes.Buffer
	response *recorder
}

// recorder keeps what is written.
type recorder struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

// WriteHeader implements [http.ResponseWriter].
func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

// Write implements [http.ResponseWriter].
func (r *recorder) Write(p []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	r.body.Write(p)
	return r.ResponseWriter.Write(p)
}

// Unwrap lets [http.ResponseController] reach the original.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// tee keeps what is read.
type tee struct {
	io.ReadCloser
	read *bytes.Buffer
}

// Read implements [io.Reader].
func (t *tee) Read(p []byte) (int, error) {
	n, err := t.ReadCloser.Read(p)
	t.read.Write(p[:n])
	return n, err
}
