package django

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	auth "github.com/authplug/authplug/core"
)

// pageSize is how many rows are read at once.
const pageSize = 500

// Row is a user of the table, or why it is none that can be imported.
type Row struct {
	ID   string
	User *auth.User
	Err  error
}

// Count returns how many users there are.
func (s *Source) Count(ctx context.Context) (n int, err error) {
	err = s.db.GetContext(ctx, &n, "SELECT COUNT(*) FROM "+s.users.quoted())
	return n, err
}

// Each calls f with all users, by rising ids and some at once, until f returns an error.
func (s *Source) Each(ctx context.Context, f func([]Row) error) error {
	for last := int64(0); ; {
		page, err := s.rows(ctx, "SELECT * FROM "+s.users.quoted()+" WHERE id > ? ORDER BY id LIMIT ?", last, pageSize)
		if err != nil {
			return err
		}
		rows, err := s.read(ctx, last+1, page)
		if err != nil {
			return err
		}
		if err := f(rows); err != nil || len(page) < pageSize {
			return err
		}
		last, _ = page[len(page)-1]["id"].(int64)
	}
}

// read makes users of a page, which begins at an id or above.
func (s *Source) read(ctx context.Context, first int64, page []map[string]any) ([]Row, error) {
	if len(page) == 0 {
		return nil, nil
	}
	last := reader{columns: page[len(page)-1]}
	groups, err := s.groupsOf(ctx, first, last.integer("id"))
	if err = errors.Join(last.err, err); err != nil {
		return nil, err
	}
	rows := make([]Row, len(page))
	for i, columns := range page {
		c := reader{columns: columns}
		id := c.integer("id")
		rows[i].ID = strconv.FormatInt(id, 10)
		rows[i].User = c.user()
		rows[i].User.ID, rows[i].User.Roles, rows[i].Err = rows[i].ID, groups[id], c.err
	}
	return rows, nil
}

// user makes a user, whose id and roles the caller knows, of the columns that Django and EasyJWT give theirs.
func (c *reader) user() *auth.User {
	u := &auth.User{
		Email: c.text("email"), FirstName: c.text("first_name"), LastName: c.text("last_name"),
		Phone: c.optional("phone"), Location: c.optional("location"),
		Active: c.boolean("is_active", true), Staff: c.boolean("is_staff", false), Superuser: c.boolean("is_superuser", false),
		DateJoined: c.time("date_joined"), LastLogin: c.time("last_login"),
		PasswordHash: auth.Secret(c.text("password")),
	}
	if strings.HasPrefix(string(u.PasswordHash), "!") {
		u.PasswordHash = "" // Django's mark for none that can be used
	}
	if u.DateJoined.IsZero() {
		u.DateJoined = time.Now() // a model of the project's own may not keep it
	}
	if u.Email == "" {
		c.fail(errors.New("no e-mail address"))
	}
	return u
}

// LastID returns the highest id that Django ever gave to a user, also to one who was deleted; 0 if none.
func (s *Source) LastID(ctx context.Context) (last int64, err error) {
	if err := s.db.GetContext(ctx, &last, "SELECT COALESCE(MAX(id), 0) FROM "+s.users.quoted()); err != nil {
		return 0, err
	}
	var given int64
	if s.db.DriverName() == driverSQLite {
		given, err = s.lastOfSQLite(ctx)
	} else {
		given, err = s.lastOfPostgres(ctx)
	}
	if err != nil {
		return 0, fmt.Errorf("the counter of ids of %s cannot be read: %w", s.users, err)
	}
	return max(last, given), nil
}

func (s *Source) lastOfSQLite(ctx context.Context) (last int64, err error) {
	const counters = table("sqlite_sequence")
	if there, err := s.has(ctx, counters); err != nil || !there {
		return 0, err
	}
	err = s.db.GetContext(ctx, &last, "SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = ?", unqualified(s.users))
	return last, err
}

func (s *Source) lastOfPostgres(ctx context.Context) (last int64, err error) {
	var sequence *string // its name as queries have it
	if err := s.db.GetContext(ctx, &sequence, "SELECT pg_get_serial_sequence($1, 'id')", s.users.quoted()); err != nil || sequence == nil {
		return 0, err
	}
	err = s.db.GetContext(ctx, &last, "SELECT last_value FROM "+*sequence)
	return last, err
}
