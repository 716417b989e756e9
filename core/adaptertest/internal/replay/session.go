package replay

import (
	"encoding/json"
	"slices"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/adaptertest/internal/forge"
)

// sessionClaim names the session of a token, behind its user. The original has no sessions.
const sessionClaim = "sid"

// anySession stands for a session that has just begun.
const anySession = "any"

// withSession adds to what a token of the answer must say which session it is of: that of the
// token in the request, or a new one.
func (s *stage) withSession(payload []member) []member {
	s.t.Helper()
	session := s.session()
	user := s.service.Settings().Claims.UserID
	at := slices.IndexFunc(payload, func(m member) bool { return m.name == user })
	if session == "" || at < 0 {
		return payload
	}
	return slices.Insert(payload, at+1, member{sessionClaim, session})
}

// session returns the session of the answer's tokens, or "" if they have none: those that are made
// for a token of another service, which is not taken in unless tokens are replaced.
func (s *stage) session() string {
	s.t.Helper()
	tokens := s.service.Settings().Tokens
	for name, raw := range s.tokens {
		if s.origin == own && fromLogin(s.exchange, name) {
			return sessionOf(s.t, raw)
		}
	}
	if len(s.tokens) > 0 && (tokens.ReuseRefresh || tokens.Kind == auth.KindSliding) {
		return ""
	}
	return anySession
}

// sessionOf returns the session that a token says it is of, as JSON text.
func sessionOf(t *testing.T, raw string) string {
	t.Helper()
	_, payload, err := forge.Texts(raw)
	if err != nil || !json.Valid([]byte(payload)) {
		return ""
	}
	return valueOf(members(t, json.RawMessage(payload)), sessionClaim)
}
