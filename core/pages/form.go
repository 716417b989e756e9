package pages

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"

	auth "github.com/authplug/authplug/core"
)

// maxForm bounds the body of a form, in bytes.
const maxForm = 16 << 10

// form is what a person sent.
type form struct {
	url.Values

	request *http.Request
	next    string // judged, or ""
}

// handler answers a form.
type handler func(f *form) (*auth.Response, error)

var (
	errTooLarge = auth.NewError(http.StatusRequestEntityTooLarge, "bad_request", "Request body too large.")
	errNoForm   = auth.NewError(http.StatusUnsupportedMediaType, "bad_request", "Unsupported media type in request.")
	errBadForm  = auth.NewError(http.StatusBadRequest, "bad_request", "The form could not be read.")
)

// form reads a form and refuses one that another site may have made a browser send.
func (b *bound) form(handle handler) func(*http.Request) (*auth.Response, error) {
	return func(r *http.Request) (*auth.Response, error) {
		if err := b.service.CheckCSRF(r); err != nil {
			return nil, err
		}
		f, err := b.read(r)
		if err != nil {
			return nil, err
		}
		return handle(f)
	}
}

// read reads a urlencoded form and leaves it to be read once more. No field is there twice.
func (b *bound) read(r *http.Request) (*form, error) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/x-www-form-urlencoded" {
		return nil, errNoForm
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxForm+1))
	switch {
	case err != nil:
		return nil, errBadForm.Because(err)
	case len(body) > maxForm:
		return nil, errTooLarge.WithHeader("Connection", "close")
	}
	values, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, errBadForm.Because(err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	for _, all := range values {
		if len(all) > 1 {
			return nil, errBadForm
		}
	}
	return &form{Values: values, request: r, next: b.judged(values["next"])}, nil
}

// judged returns where a person may be sent, or "" for the usual place: also if there are several.
func (b *bound) judged(next []string) string {
	if len(next) != 1 {
		return ""
	}
	target, ok := b.service.RedirectTarget(next[0])
	if !ok {
		return ""
	}
	return target
}

// asked returns where a person is going who asks for a page.
func (b *bound) asked(r *http.Request) string { return b.judged(r.URL.Query()["next"]) }

// shown returns the page again, with what is wrong. What is not the person's fault stays an error.
func (b *bound) shown(f *form, page string, err error, fields ...string) (*auth.Response, error) {
	v := b.view(f.request, page)
	v.Next, v.Values = f.next, map[string]string{}
	for _, name := range fields {
		v.Values[name] = f.Get(name)
	}
	var e *auth.Error
	if !errors.As(err, &e) || e.Status() >= http.StatusInternalServerError {
		return nil, err
	}
	problems := e.Fields()
	for _, name := range slices.Sorted(maps.Keys(problems)) {
		for _, text := range problems[name] {
			v.Problems = append(v.Problems, Problem{fieldOf(name), v.T(text)})
		}
	}
	if len(problems) == 0 {
		v.Problems = []Problem{{"", b.sentence(v, e)}}
	}
	p := b.answer(e.Status(), v)
	if wait := e.Response().Header.Get("Retry-After"); wait != "" && p != nil {
		p.Header.Set("Retry-After", wait)
	}
	return p, nil
}

// sentence says what is wrong in the words of the pages.
func (b *bound) sentence(v *view, e *auth.Error) string {
	switch {
	case errors.Is(e, auth.ErrLoginFailed):
		return v.T("login.failed")
	case v.has("error." + e.Code()):
		return v.T("error." + e.Code())
	}
	return v.T(e.Detail())
}

// fieldOf returns the field of a form that a field of the protocol is.
func fieldOf(name string) string {
	switch name {
	case "non_field_errors":
		return ""
	case "new_password":
		return "new_password1"
	}
	return name
}

// problems is an error of fields that only a form has.
func problems(pairs ...string) error {
	fields := map[string][]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		fields[pairs[i]] = append(fields[pairs[i]], pairs[i+1])
	}
	body, err := json.Marshal(fields)
	if err != nil {
		return auth.ErrInternal.Because(err) // texts can be encoded
	}
	return auth.NewError(http.StatusBadRequest, "invalid", "").WithBody(body)
}

const required = "This field is required."

// home is where people are sent who were going nowhere.
func (b *bound) home(next string) string {
	if next == "" {
		return b.settings.Browser.Home
	}
	return next
}

// on sends a person on with a message for the next page.
func (b *bound) on(page, next, flash string, cookies ...*http.Cookie) *auth.Response {
	return redirect(withNext(b.path(page), next), append(cookies, b.service.FlashCookie(b.service.Seal("flash", flash)))...)
}

// mailing is a flow that mails a link.
type mailing func(ctx context.Context, address, next string, from auth.Client) error
