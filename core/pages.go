package auth

import (
	"net/http"
	"slices"
	"strings"

	"github.com/authplug/authplug/core/internal/web"
)

// Pages are HTML pages for people, which package pages makes. [New] binds them to the service, once.
type Pages interface {
	// Bind returns the endpoints of the pages of a service, or why there cannot be any.
	Bind(s *Service) ([]Endpoint, error)
	// Failure returns how a person sees a failure, or nil for the protocol's answer.
	Failure(s *Service, r *http.Request, e *Error) *Response
}

// buildPages binds the pages.
func (s *Service) buildPages() error {
	if s.settings.Pages == nil {
		return nil
	}
	var err error
	s.pages, err = s.settings.Pages.Bind(s)
	return err
}

// pagePrefix begins the names of pages.
const pagePrefix = "page-"

// IsPage reports whether an endpoint is a page for people, which its name says: "page-login". Where one has
// the method and path of another endpoint, people get the page and programs the other.
func (e Endpoint) IsPage() bool { return strings.HasPrefix(e.Name, pagePrefix) }

// beside puts an endpoint at a place where there may be one already.
func (e Endpoint) beside(old Endpoint, taken bool) Endpoint {
	if !taken || e.IsPage() == old.IsPage() {
		return e
	}
	page, program := e, old
	if old.IsPage() {
		page, program = old, e
	}
	show, answer := page.Handle, program.Handle
	program.Handle = func(r *http.Request) (*Response, error) {
		if web.IsNavigation(r) {
			return show(r)
		}
		return answer(r)
	}
	return program
}

// Names by which pages say what they are a page of.
const (
	registration     = "create-user"
	registrationPage = pagePrefix + "register"
)

// withoutOrphans drops the page of a registration that was dropped: who closes the one means both.
func withoutOrphans(all []Endpoint) []Endpoint {
	if slices.ContainsFunc(all, func(e Endpoint) bool { return e.Name == registration && e.Handle != nil }) {
		return all
	}
	return slices.DeleteFunc(all, func(e Endpoint) bool { return strings.HasPrefix(e.Name, registrationPage) })
}
