package memstore_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/memstore"
)

// FuzzAuthorization puts an access token between two texts into the header. One scheme, one token
// and blanks around them are somebody; everything else is nobody, or a refusal with status 401 that
// names its reason. Two lines in the second text are two headers.
func FuzzAuthorization(f *testing.F) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	s := newService(f, memstore.New(), auth.Settings{Now: func() time.Time { return now }})
	u := newUser(f, s, ann)
	access := login(f, s, ann).Access
	for _, around := range [][2]string{
		{"Bearer ", ""},
		{"bearer ", " "},
		{"Bearer\t", ""},
		{"Bearer", ""},
		{"", ""},
		{"Bearer,", ""},
		{"Bearer a ", ""},
		{"Bearer ", "\nBearer x"},
		{"Basic ", ""},
		{"Bearer ", "x"},
		{"Bearer \"", "\""},
	} {
		f.Add(around[0], around[1])
	}
	f.Fuzz(func(t *testing.T, before, after string) {
		lines := strings.Split(before+access+after, "\n")
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header["Authorization"] = lines
		id, err := s.Authenticate(r)
		if want := headerOutcome(lines, access); !errors.Is(err, want) || (err == nil) != (want == nil) {
			t.Errorf("%q: %v, want %v", lines, err, want)
		}
		var refusal *auth.Error
		switch {
		case err == nil:
			if id.User.ID != u.ID {
				t.Errorf("%q is from %v", lines, id.User)
			}
		case id != nil || !errors.As(err, &refusal) || refusal.Status() != http.StatusUnauthorized:
			t.Errorf("%q: %v, %v", lines, id, err)
		}
		if _, err := s.Admit(r, auth.Authenticated); (err == nil) != (id != nil) {
			t.Errorf("%q: a guard says %v", lines, err)
		}
	})
}

// headerOutcome says what must come of a header by its rules, written in another way.
func headerOutcome(lines []string, access string) error {
	blank := func(r rune) bool { return r == ' ' || r == '\t' }
	fields := strings.FieldsFunc(lines[0], blank)
	switch {
	case len(lines) > 1:
		return auth.ErrBadHeader
	case len(fields) == 0 || !strings.EqualFold(fields[0], "Bearer"):
		return auth.ErrNoCredentials
	case len(fields) != 2:
		return auth.ErrBadHeader
	case fields[1] != access:
		return auth.ErrTokenRefused
	}
	return nil
}
