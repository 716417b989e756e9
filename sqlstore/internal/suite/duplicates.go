package suite

import (
	"testing"

	"github.com/jmoiron/sqlx"
)

// refusesDuplicates holds whatever a program does beside the store.
func (d Database) refusesDuplicates(t *testing.T) {
	name := d.New(t)
	d.Store(t, name)
	db := d.Raw(t, name)
	const user = `INSERT INTO auth_users (uuid, issuer, email, remote_id, version, first_name, last_name, active,
		staff, superuser, date_joined, last_login, roles, permissions, password_hash, epoch_access, epoch_refresh, codes)
		VALUES (?, ?, ?, ?, 1, '', '', TRUE, FALSE, FALSE, 0, 0, '[]', '[]', '', 0, 0, '{}')`
	const session = `INSERT INTO auth_sessions (id, user_id, epoch, device, label, address, created_at, last_seen,
		expires_at, ends_at, token_id, previous_id, replaced_at, ended_at, end_reason)
		VALUES (?, '1', 0, '', '', '', 0, 0, 1, 1, '', '', 0, 0, '')`
	const token = `INSERT INTO auth_tokens (id, until) VALUES (?, 0)`
	for _, step := range []struct {
		name, query string
		args        []any
		duplicate   bool
	}{
		{"a user", user, []any{"u1", "i", "a@x", "r1"}, false},
		{"the same UUID", user, []any{"u1", "i", "b@x", "r2"}, true},
		{"the same e-mail", user, []any{"u2", "i", "a@x", "r2"}, true},
		{"the same remote id", user, []any{"u2", "i", "b@x", "r1"}, true},
		{"another issuer", user, []any{"u2", "j", "a@x", "r1"}, false},
		{"no e-mail, no remote id", user, []any{"u3", "i", nil, nil}, false},
		{"again none", user, []any{"u4", "i", nil, nil}, false},
		{"no UUID", user, []any{nil, "i", nil, nil}, true},
		{"a session", session, []any{"s1"}, false},
		{"the same session", session, []any{"s1"}, true},
		{"a token", token, []any{"t1"}, false},
		{"the same token", token, []any{"t1"}, true},
		{"no token", token, []any{nil}, true},
		{"an end that is no number", "INSERT INTO auth_tokens (id, until) VALUES ('t2', 'soon')", nil, true},
	} {
		_, err := db.ExecContext(t.Context(), sqlx.Rebind(d.Bind, step.query), step.args...)
		if refused := err != nil; refused != step.duplicate {
			t.Errorf("%s: %v", step.name, err)
		}
	}
}
