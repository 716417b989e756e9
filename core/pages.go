package auth

import "net/http"

// Pages are HTML pages for people, which package pages makes. [New] binds them to the service, once.
type Pages interface {
	// Bind returns the endpoints of the pages of a service, or why there cannot be any.
	Bind(s *Service) ([]Endpoint, error)
	// Failure returns how a person sees a failure, or nil for the protocol's answer.
	Failure(s *Service, r *http.Request, e *Error) *Response
}
