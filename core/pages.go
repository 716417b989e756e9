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

// withPages adds the pages to the endpoints. Where a page and an endpoint have one place, people get the
// page.
func (s *Service) withPages(all []Endpoint) []Endpoint {
	for _, page := range s.pages {
		i := slices.IndexFunc(all, func(e Endpoint) bool { return e.Method == page.Method && e.Path == page.Path })
		if i < 0 {
			all = append(all, page)
			continue
		}
		program := all[i].Handle
		all[i].Handle = func(r *http.Request) (*Response, error) {
			if web.IsNavigation(r) {
				return page.Handle(r)
			}
			return program(r)
		}
	}
	return all
}

// Names by which pages say what they are a page of.
const (
	registration     = "create-user"
	registrationPage = "page-register"
)

// withoutOrphans drops the page of a registration that was dropped: who closes the one means both.
func withoutOrphans(all []Endpoint) []Endpoint {
	if slices.ContainsFunc(all, func(e Endpoint) bool { return e.Name == registration && e.Handle != nil }) {
		return all
	}
	return slices.DeleteFunc(all, func(e Endpoint) bool { return strings.HasPrefix(e.Name, registrationPage) })
}
