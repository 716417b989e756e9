package replay

import (
	"bytes"
	"net/http"
	"net/http/httptest"

	auth "github.com/authplug/authplug/core"
)

// What went before an exchange with a client-service.

// throughClient sends a request to the client-service on the way to the exchange; it must succeed.
func (s *stage) throughClient(method, path, access, body string) {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), method, path, bytes.NewReader([]byte(body)))
	r.Header.Set("Content-Type", "application/json")
	if access != "" {
		r.Header.Set("Authorization", "Bearer "+access)
	}
	if a := s.send(s.handler, r, []byte(body)); a.Status != http.StatusOK {
		s.t.Fatalf("%s %s %s: %d %s", method, path, body, a.Status, a.Body)
	}
}

// meetUser lets the client-service meet the holder of the request's access token.
func meetUser(s *stage) { s.throughClient(http.MethodGet, "/api/test/", s.tokens["<access>"], "") }

// firstMirrored is the id of the first mirrored user: the one before is the service's own.
const firstMirrored = "2"

func deactivateAtClient(s *stage) {
	meetUser(s)
	_, err := s.client.UpdateUser(s.t.Context(), auth.UserKey{ID: firstMirrored}, func(u *auth.User) error {
		u.Active = false
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func renameSecond(s *stage) {
	meetUser(s)
	s.update("2", func(u *auth.User) { u.Email = "renamed@test.com" })
}

// registerAttacker registers the address of the client-service's administrator.
func registerAttacker(s *stage) {
	body := `{"email":"localadmin@client.test","password":"Att4cker!2026"}`
	r := s.jsonRequest("/create-user/", []byte(body))
	if a := s.send(s.auth, r, []byte(body)); a.Status != http.StatusCreated {
		s.t.Fatalf("create-user: %d %s", a.Status, a.Body)
	}
}

func meetSecond(s *stage) {
	s.at(joined)
	s.throughClient(http.MethodPost, "/auth/token/", "", `{"email":"second@test.com","password":"user-pass"}`)
}

func logoutAtClient(s *stage) {
	s.throughClient(http.MethodPost, "/auth/token/logout/", "", s.placed(`{"refresh":"<refresh-2>"}`))
}
