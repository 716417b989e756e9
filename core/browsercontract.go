package auth

import (
	"net/http"
	"slices"

	"github.com/authplug/authplug/core/internal/wire"
)

// inBrowsers amends a contract where browsers carry tokens: what is in a cookie is in no body.
func (s *Service) inBrowsers(e Endpoint) {
	if !s.settings.Cookies.on() {
		return
	}
	k := e.Contract
	pair := s.settings.Cookies.Mode == CookiesRefresh
	switch {
	case e.Name == "token", e.Name == "token-sliding" && !pair:
		k.Gives = s.issuedToBrowsers(wire.TextLoggedIn)
	case e.Name == "token-refresh", e.Name == "token-sliding-refresh" && !pair:
		k.Takes, k.Gives = nil, s.issuedToBrowsers(wire.TextRefreshed)
		k.Refuses = append(k.Refuses, ErrNoRefresh)
	case e.Name == "token-blacklist":
		k.Takes = nil
		k.Refuses = append(k.Refuses, ErrNoRefresh)
	}
	if e.Method == http.MethodGet || e.Name == "token-verify" {
		return
	}
	k.Refuses = append(k.Refuses, errCSRFOrigin)
	if !s.settings.Browser.CSRFDisabled {
		k.Refuses = append(k.Refuses, errCSRFMissing)
	}
	if len(s.settings.Browser.LoginOrigins) > 0 && slices.Contains(guestListed, e.Name) {
		k.Refuses = append(k.Refuses, errLoginOrigin)
	}
}

// guestListed are the endpoints that only certain origins may ask.
var guestListed = []string{"token", "token-sliding", "token-refresh", "token-sliding-refresh", "token-logout"}

// issuedToBrowsers are the members of an answer with new tokens.
func (s *Service) issuedToBrowsers(said string) []Field {
	if s.settings.Cookies.Mode == CookiesRefresh {
		return tokenFields("access")
	}
	return []Field{{Name: "detail", Values: []string{said}}}
}
