package openapi

import (
	"fmt"
	"strings"
)

// security says that a token authenticates a request, and whether there must be one.
func (w *writer) security(required bool) []map[string][]string {
	ways := []map[string][]string{}
	if !required {
		ways = append(ways, map[string][]string{})
	}
	for i, scheme := range w.schemes() {
		name := "token"
		if i > 0 {
			name = fmt.Sprintf("token%d", i+1)
		}
		w.components.SecuritySchemes[name] = scheme
		ways = append(ways, map[string][]string{name: {}})
	}
	return ways
}

// schemes are the ways in which a request carries its token.
func (w *writer) schemes() []securityScheme {
	h := w.settings.Header
	var kinds []string
	for _, kind := range w.settings.Tokens.Accept {
		kinds = append(kinds, string(kind))
	}
	accepted := "A token of the kind " + strings.Join(kinds, " or ") + "."
	if h.Name != "Authorization" {
		value := fmt.Sprintf(" The value of the header is %s, a space and the token.", strings.Join(h.Types, " or "))
		return []securityScheme{{Type: "apiKey", Description: accepted + value, Name: h.Name, In: "header"}}
	}
	schemes := make([]securityScheme, len(h.Types))
	for i, scheme := range h.Types {
		schemes[i] = securityScheme{Type: "http", Description: accepted, Scheme: strings.ToLower(scheme)}
		if schemes[i].Scheme == "bearer" {
			schemes[i].Format = "JWT"
		}
	}
	return schemes
}
