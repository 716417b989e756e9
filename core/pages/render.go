package pages

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"strings"

	auth "github.com/authplug/authplug/core"
)

//go:embed templates
var embedded embed.FS

// names are the pages, each a file of this name.
var names = []string{"login", "logout", "register", "password", "done", "ask", "sent", "reset", "confirm", "devices", "error"}

// parts are what all pages are made of.
var parts = []string{"base.html", "fields.html"}

const stylePath = "/pages/style.css/"

// templates are the parsed pages by name.
type templates map[string]*template.Template

// load parses the templates, of which others replace the embedded ones of the same name.
func load(others fs.FS) (templates, []byte, error) {
	all := templates{}
	var errs []error
	shared := template.New("")
	for _, part := range parts {
		if _, err := parse(shared.New(part), part, others); err != nil {
			errs = append(errs, err)
		}
	}
	for _, name := range names {
		t, err := template.Must(shared.Clone()), error(nil)
		if all[name], err = parse(t.New(name+".html"), name+".html", others); err != nil {
			errs = append(errs, err)
		}
	}
	style, err := read("style.css", others)
	return all, style, errors.Join(append(errs, err)...)
}

func parse(t *template.Template, file string, others fs.FS) (*template.Template, error) {
	text, err := read(file, others)
	if err != nil {
		return nil, err
	}
	if t, err = t.Parse(string(text)); err != nil {
		return nil, fmt.Errorf("pages: Settings.Templates: %s: %w", file, err)
	}
	return t, nil
}

// read returns a file of others, else the embedded one.
func read(file string, others fs.FS) ([]byte, error) {
	if others != nil {
		text, err := fs.ReadFile(others, file)
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return text, err
		}
	}
	return fs.ReadFile(embedded, "templates/"+file)
}

// try shows each page once, so that a template which cannot be shown is found before anybody waits for it.
func (p *Pages) try() error {
	var errs []error
	for _, name := range names {
		v := &view{pages: p, Page: name, mount: "/auth", User: &auth.User{}, Problems: []Problem{{"email", "x"}}, Sessions: []Session{{}}}
		if _, err := p.render(v); err != nil {
			errs = append(errs, fmt.Errorf("pages: Settings.Templates: %w", err))
		}
	}
	return errors.Join(errs...)
}

func (p *Pages) render(v *view) ([]byte, error) {
	var page bytes.Buffer
	err := p.templates[v.Page].ExecuteTemplate(&page, "base.html", v)
	return page.Bytes(), err
}

// answer shows a page.
func (b *bound) answer(status int, v *view) *auth.Response {
	body, err := b.render(v)
	if err != nil {
		return nil // tried: see try
	}
	p := &auth.Response{Status: status, Body: body, Cookies: v.cookies, Header: http.Header{
		"Content-Type":            {"text/html; charset=utf-8"},
		"Content-Security-Policy": {b.csp},
		"X-Content-Type-Options":  {"nosniff"},
		"X-Frame-Options":         {"DENY"},
		"Referrer-Policy":         {"same-origin"},
		"Cache-Control":           {"no-store"},
		"Vary":                    {"Cookie"},
	}}
	if v.secret {
		p.Header.Set("Referrer-Policy", "no-referrer")
	}
	return p
}

// policy allows what the pages do: a style sheet, and forms whose answers may lead to other hosts, which
// browsers hold against form-action as well.
func policy(s auth.Settings) string {
	forms := []string{"form-action", "'self'"}
	scheme, _, _ := strings.Cut(s.PublicURL, "://")
	for _, host := range s.Browser.RedirectHosts {
		forms = append(forms, scheme+"://"+host)
	}
	return "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; " + strings.Join(forms, " ")
}

// style is the style sheet.
func (b *bound) style(*http.Request) (*auth.Response, error) {
	return &auth.Response{Body: b.Pages.style, Header: http.Header{
		"Content-Type": {"text/css; charset=utf-8"}, "Cache-Control": {"public, max-age=3600"}, "X-Content-Type-Options": {"nosniff"},
	}}, nil
}

// redirect sends a person on.
func redirect(to string, cookies ...*http.Cookie) *auth.Response {
	return &auth.Response{Status: http.StatusSeeOther, Cookies: cookies, Header: http.Header{
		"Location": {to}, "Cache-Control": {"no-store"},
	}}
}

// withNext adds where a person is going to the address of a page, and more parameters: names and values.
func withNext(page, next string, more ...string) string {
	query := url.Values{}
	if next != "" {
		query.Set("next", next)
	}
	for i := 0; i+1 < len(more); i += 2 {
		query.Set(more[i], more[i+1])
	}
	if len(query) == 0 {
		return page
	}
	return page + "?" + query.Encode()
}
