package described

import (
	"fmt"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	auth "github.com/authplug/authplug/core"
)

// application is one service and its description.
type application struct {
	watch    *Watch
	document *document
	settings auth.Settings
}

// look compares an exchange with the description. What is not below a described path is the
// application's own business, and so is what an OnError makes of failures.
func (a *application) look(e *exchange) {
	item := a.document.item(e.path)
	if item == nil || a.settings.OnError != nil && e.response.status >= 300 || a.isPage(e) {
		return
	}
	method := e.request.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	operation := member(item, strings.ToLower(method))
	switch {
	case operation == nil && method == http.MethodOptions:
		a.lookAllow(e, item)
	case operation == nil:
		a.lookAllow(e, item)
		if e.response.status != http.StatusMethodNotAllowed {
			a.watch.complain(e, "the method is not described")
		}
		for _, other := range item { // each says the same of it
			other, _ := other.(object)
			a.lookAnswer(e, other)
		}
	default:
		a.lookRequest(e, operation)
		a.lookAnswer(e, operation)
	}
}

// isPage reports whether a person was answered, of which descriptions of an API tell nothing.
func (a *application) isPage(e *exchange) bool {
	return a.settings.Pages != nil && (e.response.status == http.StatusSeeOther || strings.HasPrefix(e.response.Header().Get("Content-Type"), "text/html"))
}

// lookAllow compares the methods of a path with the header Allow.
func (a *application) lookAllow(e *exchange, item object) {
	if a.settings.Pages != nil {
		return // which have methods of their own there
	}
	var described, allowed []string
	for method := range item {
		described = append(described, strings.ToUpper(method))
	}
	for method := range strings.SplitSeq(e.response.Header().Get("Allow"), ", ") {
		if method != http.MethodHead && method != http.MethodOptions {
			allowed = append(allowed, method)
		}
	}
	slices.Sort(described)
	slices.Sort(allowed)
	if !slices.Equal(described, allowed) {
		a.watch.complain(e, "the methods %v are described, %v allowed", described, allowed)
	}
}

// lookAnswer compares status, headers and body.
func (a *application) lookAnswer(e *exchange, operation object) {
	status := strconv.Itoa(e.response.status)
	response := a.document.response(operation, status)
	name, _ := operation["operationId"].(string)
	switch {
	case response != nil:
	case undescribed(operation) || e.response.status == http.StatusNotModified || a.refusedByHook(e):
		return
	default:
		a.watch.complain(e, "%s does not describe the status", name)
		return
	}
	a.watch.note(&a.watch.seen, name+" "+status)
	for header := range member(response, "headers") {
		if e.response.Header().Get(header) == "" {
			a.watch.complain(e, "the header %s is missing", header)
		}
	}
	if e.request.Method != http.MethodHead {
		a.lookBody(e, operation, response)
	}
}

// undescribed reports whether an endpoint has no contract.
func undescribed(operation object) bool {
	return member(member(operation, "responses"), "default") != nil
}

// refusedByHook reports whether a refusal may be one of the application's own, which its hooks
// return in their own words.
func (a *application) refusedByHook(e *exchange) bool {
	s := a.settings
	hooks := s.Claims.More != nil || s.Users.TokenAnswer != nil || s.Users.Profile != nil || len(s.Authenticators) > 0
	return hooks && e.response.status >= http.StatusBadRequest
}

func (a *application) lookBody(e *exchange, operation, response object) {
	if response["content"] == nil {
		if e.response.body.Len() > 0 {
			a.watch.complain(e, "a body is not described")
		}
		return
	}
	kind := e.response.Header().Get("Content-Type")
	media := member(member(response, "content"), kind)
	body, err := decode(e.response.body.Bytes())
	if media == nil || err != nil {
		a.watch.complain(e, "the media type %q is not described, or %v", kind, err)
		return
	}
	if problem := a.document.check(member(media, "schema"), body, true); problem != "" {
		a.watch.complain(e, "%s", problem)
	}
	if status := strconv.Itoa(e.response.status); exact(status) {
		a.lookSentence(e, operation, response)
	}
}

// lookSentence looks for a refusal among the examples of its status: by its code, or by its
// sentence if it has none. Those that are passed on may say anything.
func (a *application) lookSentence(e *exchange, operation, response object) {
	v, _ := decode(e.response.body.Bytes())
	body, _ := v.(object)
	known := func(example object) bool {
		return example["code"] == body["code"] && (body["code"] != nil || example["detail"] == body["detail"])
	}
	if !slices.ContainsFunc(examples(response), known) && !a.refusedByHook(e) && !a.document.open(response) {
		a.watch.complain(e, "this refusal is not described")
	}
	a.watch.note(&a.watch.seen, fmt.Sprintf("%v %d %v", operation["operationId"], e.response.status, body["detail"]))
}

// tolerant is the endpoint that takes more than is described: what names no session is no problem.
const tolerant = "token-logout"

// lookRequest checks that a request that was accepted is one that is described.
func (a *application) lookRequest(e *exchange, operation object) {
	described := member(operation, "requestBody")
	if described == nil || e.response.status >= 300 {
		return
	}
	if e.body.Len() == 0 && described["required"] != true {
		return
	}
	kind, params, _ := mime.ParseMediaType(e.request.Header.Get("Content-Type"))
	media := member(member(described, "content"), kind)
	if media == nil {
		a.watch.complain(e, "the media type %q is taken and not described", kind)
		return
	}
	body, err := read(kind, params["boundary"], e.body.String())
	if err != nil {
		a.watch.complain(e, "the body is taken though it cannot be parsed: %v", err)
		return
	}
	problem := a.document.check(member(media, "schema"), body, false)
	if problem != "" && operation["operationId"] != tolerant {
		a.watch.complain(e, "the body is taken: %s", problem)
	}
}

// read decodes a body.
func read(kind, boundary, body string) (value, error) {
	switch kind {
	case "application/json":
		return decode([]byte(body))
	case "multipart/form-data":
		form, err := multipart.NewReader(strings.NewReader(body), boundary).ReadForm(1 << 20)
		if err != nil {
			return nil, err
		}
		return firsts(form.Value), nil
	}
	form, err := url.ParseQuery(body)
	return firsts(form), err
}

func firsts(form map[string][]string) value {
	all := object{}
	for name, texts := range form {
		all[name] = texts[0]
	}
	return all
}
