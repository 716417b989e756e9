package pages

import (
	"net/http"
	"strings"
	"time"

	auth "github.com/authplug/authplug/core"
)

// view is what a template is shown with. Its exported names are for templates.
type view struct {
	Page      string // the name of the template
	Title     string
	Text      string
	CSRF      string            // the value of the field csrfmiddlewaretoken
	Next      string            // where the person is going, judged, or ""
	Flash     string            // what has just happened
	Values    map[string]string // of fields, to be shown again: no passwords
	Problems  []Problem
	User      *auth.User // who is logged in, or nil
	Sessions  []Session
	Action    string // where the form of the page goes
	LoggedOut bool   // an error page that should offer a login

	pages    *Pages
	settings auth.Settings
	mount    string
	names    map[string]bool // of the pages that there are
	cookies  []*http.Cookie
	secret   bool // the page's address must not be told
}

// Problem is what is wrong with a field of a form, or with the whole if it has no name.
type Problem struct{ Field, Text string }

// Session is a line of the list of where one is logged in.
type Session struct {
	ID, Device, Address string
	Created, LastSeen   time.Time
	Current             bool
}

// plain begins a page without forms, which sets no cookies: the answer to a request of another site must not
// take those of the person away.
func (b *bound) plain(page string) *view {
	v := &view{pages: b.Pages, settings: b.settings, Page: page, mount: strings.TrimSuffix(b.settings.Mount, "/"), names: b.names()}
	v.Title = v.T(page + ".title")
	return v
}

// view begins a page with forms.
func (b *bound) view(r *http.Request, page string) *view {
	v := b.plain(page)
	v.CSRF, v.cookies = b.service.CSRFToken(r)
	if sealed := b.service.Flash(r); sealed != "" {
		if name, ok := b.service.Unseal("flash", sealed); ok {
			v.Flash = v.T(name)
		}
		v.cookies = append(v.cookies, b.service.FlashCookie(""))
	}
	return v
}

// names are the pages to which others lead.
func (b *bound) names() map[string]bool {
	own := b.service.Decides()
	return map[string]bool{
		"register": own && !b.Pages.settings.Closed, "reset": own && b.settings.Mailer != nil || b.Pages.settings.ResetURL != "",
		"confirm": own && b.settings.Users.ConfirmEmail, "password": b.known, "devices": b.known && own,
	}
}

// T returns a text by its name. What has no name here stands for itself.
func (v *view) T(name string) string {
	if text, ok := v.pages.settings.Texts[name]; ok {
		return text
	}
	return name
}

func (v *view) has(name string) bool {
	_, ok := v.pages.settings.Texts[name]
	return ok
}

// Site returns the name of the site.
func (v *view) Site() string { return v.pages.settings.Name }

// Language returns that of the texts.
func (v *view) Language() string { return v.pages.settings.Language }

// Link returns the address of a page, with where the person is going.
func (v *view) Link(path string) string { return withNext(v.mount+path, v.Next) }

// Plain returns the address of a page.
func (v *view) Plain(path string) string { return v.mount + path }

// Has reports whether there is a page: register, reset, confirm, password or devices.
func (v *view) Has(page string) bool { return v.names[page] }

// LoginField returns the name of the field by which one logs in.
func (v *view) LoginField() string {
	if v.settings.Users.LoginField == "" {
		return "email"
	}
	return v.settings.Users.LoginField
}

// ProblemOf returns what is wrong with a field, or "".
func (v *view) ProblemOf(field string) string {
	for _, p := range v.Problems {
		if p.Field == field {
			return p.Text
		}
	}
	return ""
}

// Value returns what was typed into a field.
func (v *view) Value(field string) string { return v.Values[field] }

// Date returns a time for people.
func (v *view) Date(t time.Time) string { return t.UTC().Format("2 Jan 2006, 15:04 UTC") }

// Stamp returns a time for programs.
func (v *view) Stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// Field is one field of a form, for the template "field".
type Field struct {
	View                              *view
	Name, Label, Type, Complete, Hint string
	First                             bool // gets the focus when nothing is wrong
	Optional                          bool
}

// Field makes one. What it is for says which value a browser may fill in (HTML, autofill).
func (v *view) Field(name, label, kind, complete string) Field {
	return Field{View: v, Name: name, Label: v.T(label), Type: kind, Complete: complete}
}

// Focused returns the field with the focus.
func (f Field) Focused() Field { f.First = len(f.View.Problems) == 0; return f }

// Free returns the field as one that may be left empty.
func (f Field) Free() Field { f.Optional = true; return f }

// Hinted returns the field with a hint below its name.
func (f Field) Hinted(text string) Field { f.Hint = f.View.T(text); return f }

// Problem returns what is wrong with the field.
func (f Field) Problem() string { return f.View.ProblemOf(f.Name) }

// Value returns what was typed: never a password.
func (f Field) Value() string {
	if f.Type == "password" {
		return ""
	}
	return f.View.Value(f.Name)
}
