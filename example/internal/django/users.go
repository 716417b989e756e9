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

// pageSize is how many users are read at once.
const pageSize = 500

// Row is a user of the table, or why it is none that can be imported.
type Row struct {
	ID   string
	User *auth.User
	Err  error
}

// Count returns how many users there are.
func (s *Source) Count(ctx context.Context) (n int, err error) {
	err = s.db.GetContext(ctx, &n, "SELECT COUNT(*) FROM "+s.users)
	return n, err
}

// Each calls f with every user, by rising ids, until f returns an error.
func (s *Source) Each(ctx context.Context, f func(Row) error) error {
	for last := int64(0); ; {
		page, err := s.rows(ctx, "SELECT * FROM "+s.users+" WHERE id > ? ORDER BY id LIMIT ?", last, pageSize)
		if err != nil {
			return err
		}
		for _, columns := range page {
			var ok bool
			if last, ok = columns["id"].(int64); !ok {
				return fmt.Errorf("the ids of %s are no integers", s.users)
			}
			if err := f(s.row(ctx, last, columns)); err != nil {
				return err
			}
		}
		if len(page) < pageSize {
			return nil
		}
	}
}

func (s *Source) row(ctx context.Context, id int64, columns map[string]any) Row {
	row := Row{ID: strconv.FormatInt(id, 10)}
	if row.User, row.Err = user(columns); row.Err == nil {
		row.User.ID = row.ID
		row.User.Roles, row.Err = s.groups(ctx, id)
	}
	return row
}

// user makes a user, whose id the caller knows, of the columns that Django and EasyJWT give theirs.
func user(columns map[string]any) (*auth.User, error) {
	c := reader{columns: columns}
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
	if u.Email == "" {
		c.fail(errors.New("no e-mail address"))
	}
	return u, c.err
}

// groups returns the names of the groups that a user is in, which are roles here.
func (s *Source) groups(ctx context.Context, id int64) (names []string, err error) {
	table := s.users + "_groups"
	if !s.has(ctx, table) || !s.has(ctx, "auth_group") {
		return nil, nil
	}
	err = s.db.SelectContext(ctx, &names, s.db.Rebind("SELECT g.name FROM auth_group g JOIN "+table+
		" m ON m.group_id = g.id WHERE m.user_id = ? ORDER BY g.name"), id)
	return names, err
}

// reader reads columns of one row, and keeps the first error. Columns that are not there are empty.
type reader struct {
	columns map[string]any
	err     error
}

func (c *reader) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

func (c *reader) text(name string) string {
	switch v := c.columns[name].(type) {
	case nil:
		return ""
	case string:
		return v
	case []byte:
		return string(v)
	}
	c.fail(fmt.Errorf("the column %s is no text", name))
	return ""
}

func (c *reader) optional(name string) *string {
	if c.columns[name] == nil {
		return nil
	}
	text := c.text(name)
	return &text
}

// boolean knows those of SQLite, which are integers.
func (c *reader) boolean(name string, fallback bool) bool {
	switch v := c.columns[name].(type) {
	case nil:
		return fallback
	case bool:
		return v
	case int64:
		return v != 0
	}
	c.fail(fmt.Errorf("the column %s is no boolean", name))
	return false
}

// layout is how Django writes times into SQLite, in UTC.
const layout = "2006-01-02 15:04:05.999999"

func (c *reader) time(name string) time.Time {
	if v, ok := c.columns[name].(time.Time); ok {
		return v.UTC()
	}
	text := c.text(name)
	if text == "" {
		return time.Time{}
	}
	t, err := time.Parse(layout, text)
	if err != nil {
		c.fail(fmt.Errorf("the column %s is no time", name))
	}
	return t
}
