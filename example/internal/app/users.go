package app

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/example/internal/config"
)

func createSuperuser(ctx context.Context, in *invocation) error {
	n := auth.NewUser{Staff: true, Superuser: true}
	set := in.flags("createsuperuser")
	set.StringVar(&n.Email, "email", "", "e-mail `address`, with which the user logs in")
	return in.create(ctx, set, &n)
}

func createUser(ctx context.Context, in *invocation) error {
	var n auth.NewUser
	set := in.flags("createuser")
	set.StringVar(&n.Email, "email", "", "e-mail `address`, with which the user logs in")
	set.StringVar(&n.FirstName, "first-name", "", "first `name`")
	set.StringVar(&n.LastName, "last-name", "", "last `name`")
	set.Var((*list)(&n.Roles), "role", "a `role`; may be repeated")
	set.Var((*list)(&n.Permissions), "permission", "a `permission`; may be repeated")
	set.BoolVar(&n.Staff, "staff", false, "mark the user as staff")
	set.BoolVar(&n.Inactive, "inactive", false, "the user cannot log in yet")
	return in.create(ctx, set, &n)
}

// create adds a user whose fields are flags and whose password is a line of the input.
func (in *invocation) create(ctx context.Context, set *flag.FlagSet, n *auth.NewUser) error {
	if err := in.parseUser(set, &n.Email); err != nil {
		return err
	}
	return in.withService(ctx, func(s *auth.Service, _ []string) error {
		var err error
		in.prompt()
		if n.Password, err = readPassword(in.in); err != nil {
			return err
		}
		u, err := s.CreateUser(ctx, *n)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(in.out, "created user %s: %s\n", u.ID, u.Email)
		return err
	})
}

func setUser(ctx context.Context, in *invocation) error {
	var (
		email              string
		active, staff      choice
		roles, permissions list
		mirrored           bool
	)
	set := in.flags("setuser")
	set.StringVar(&email, "email", "", "e-mail `address` of the user")
	set.BoolVar(&mirrored, "mirrored", false, "the user of the auth-service, also where a local one has the address")
	set.Var(&active, "active", "`true or false`: whether the user may log in; false ends all sessions")
	set.Var(&staff, "staff", "`true or false`: whether the user is marked as staff")
	set.Var(&roles, "role", "a `role`; may be repeated, replaces all roles, none if empty")
	set.Var(&permissions, "permission", "a `permission`; may be repeated, replaces all permissions, none if empty")
	if err := in.parseUser(set, &email); err != nil {
		return err
	}
	if set.NFlag() < 2 || mirrored && set.NFlag() < 3 {
		return usageError("nothing to change: name what is to be set")
	}
	return in.withService(ctx, func(s *auth.Service, issuers []string) error {
		if mirrored {
			issuers = issuers[1:] // the first is the service itself
		}
		all, err := usersOf(ctx, s, issuers, email)
		if err != nil {
			return err
		}
		u, err := s.UpdateUser(ctx, auth.UserKey{ID: all[0].ID}, func(u *auth.User) error {
			u.Active, u.Staff = active.or(u.Active), staff.or(u.Staff)
			u.Roles, u.Permissions = roles.or(u.Roles), permissions.or(u.Permissions)
			return nil
		})
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(in.out, "changed user %s: %s\n", u.ID, u.Email)
		for _, other := range all[1:] {
			in.say(fmt.Sprintf("user %s, mirrored from %s, has this address too: --mirrored changes that one", other.ID, other.Issuer))
		}
		return err
	})
}

// usersOf returns the users with an address, those of the first issuers first.
func usersOf(ctx context.Context, s *auth.Service, issuers []string, email string) ([]*auth.User, error) {
	var all []*auth.User
	for _, issuer := range issuers {
		u, err := s.User(ctx, auth.UserKey{Issuer: issuer, Email: email})
		switch {
		case err == nil:
			all = append(all, u)
		case !errors.Is(err, auth.ErrNotFound):
			return nil, err
		}
	}
	if len(all) == 0 {
		return nil, errors.New("no user has this e-mail address")
	}
	return all, nil
}

// parseUser reads flags of which the e-mail address must be one.
func (in *invocation) parseUser(set *flag.FlagSet, email *string) error {
	if err := in.parse(set); err != nil {
		return err
	}
	if *email == "" {
		return usageError("--email is required")
	}
	return nil
}

// withService runs f on a store that is there after the program.
func (in *invocation) withService(ctx context.Context, f func(s *auth.Service, issuers []string) error) error {
	c, err := in.load()
	if err != nil {
		return err
	}
	if c.InMemory() {
		return config.Problems{"STORE: memory: would forget the user at once: name a database"}
	}
	service, store, err := c.Open(ctx)
	if err != nil {
		return err
	}
	return errors.Join(f(service, c.Issuers()), store.Close())
}

// prompt tells a person at a terminal what is waited for.
func (in *invocation) prompt() {
	if f, ok := in.in.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			_, _ = fmt.Fprint(in.errOut, "Password, which will be seen: ")
		}
	}
}

// maxLine is more than any password that is accepted.
const maxLine = 16 << 10

// readPassword reads one line. What could not be sent in a login is refused.
func readPassword(r io.Reader) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(r, maxLine)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("the password cannot be read: %w", err)
	}
	password := strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
	if password == "" {
		return "", errors.New("no password: write it to standard input, in one line")
	}
	if !utf8.ValidString(password) || strings.ContainsRune(password, 0) {
		return "", errors.New("password: not text in UTF-8")
	}
	return password, nil
}

// list is a flag that may be repeated. An empty value names no item, so that a list can be emptied.
type list []string

// String implements flag.Value.
func (l *list) String() string { return strings.Join(*l, ",") }

// Set implements flag.Value.
func (l *list) Set(item string) error {
	if *l == nil {
		*l = list{}
	}
	if item != "" && !slices.Contains(*l, item) {
		*l = append(*l, item)
	}
	return nil
}

// or returns the list if the flag was given.
func (l list) or(present []string) []string {
	if l == nil {
		return present
	}
	return slices.Clone(l)
}

// choice is a flag that is true, false or not given.
type choice struct{ value *bool }

// String implements flag.Value.
func (c *choice) String() string {
	if c.value == nil {
		return ""
	}
	return fmt.Sprint(*c.value)
}

// Set implements flag.Value.
func (c *choice) Set(text string) error {
	if text != "true" && text != "false" {
		return errors.New("neither true nor false")
	}
	on := text == "true"
	c.value = &on
	return nil
}

func (c *choice) or(present bool) bool {
	if c.value == nil {
		return present
	}
	return *c.value
}
