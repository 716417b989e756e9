package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/authplug/authplug/core/internal/email"
	"github.com/authplug/authplug/core/internal/wire"
	"github.com/authplug/authplug/core/token"
)

// NewUser is what [Service.CreateUser] makes a user of. It is printed and encoded as "[secret]".
type NewUser struct {
	hidden

	Email     string
	Password  string
	FirstName string
	LastName  string
	Phone     *string
	Location  *string

	Inactive    bool
	Staff       bool
	Superuser   bool
	Roles       []string
	Permissions []string
	Extra       any // encoded as JSON; nil: none
}

// User returns a user. The e-mail address of the key may be in any spelling. It returns
// [ErrNotFound] and [ErrUnavailable].
func (s *Service) User(ctx context.Context, key UserKey) (*User, error) {
	if key.Email != "" {
		key.Email = email.Lookup(key.Email)
	}
	u, err := s.find(ctx, key)
	if err == nil && u == nil {
		return nil, ErrNotFound
	}
	return u, err
}

// CreateUser adds a user whose password keeps to the rules. It returns the problems of the fields
// as an [Error] with status 400, [ErrEmailTaken] among them, and [ErrUnavailable].
func (s *Service) CreateUser(ctx context.Context, n NewUser) (*User, error) {
	u, err := s.draft(n)
	if err != nil {
		return nil, err
	}
	var ps wire.Problems
	if n.Email == "" {
		ps.Add("email", wire.TextBlank)
	}
	if n.Password == "" {
		ps.Add("password", wire.TextBlank)
	}
	if err := s.judgeNew(ctx, u, n.Password, &ps); err != nil {
		return nil, err
	}
	checkFields(u, &ps)
	if !ps.Empty() {
		return nil, problemsError(&ps)
	}
	if err := s.fits(u); err != nil {
		return nil, err
	}
	if err := s.insert(ctx, u, n.Password, Client{}); err != nil {
		return nil, err
	}
	return u, nil
}

// draft makes a user of what was asked for.
func (s *Service) draft(n NewUser) (*User, error) {
	extra, err := encodeExtra(n.Extra)
	if err != nil {
		return nil, err
	}
	return &User{
		UUID: newUUID(), Email: n.Email, FirstName: n.FirstName, LastName: n.LastName,
		Phone: clonePtr(n.Phone), Location: clonePtr(n.Location),
		Active: !n.Inactive, Staff: n.Staff, Superuser: n.Superuser,
		DateJoined: s.now().UTC().Truncate(time.Millisecond),
		Roles:      slices.Clone(n.Roles), Permissions: slices.Clone(n.Permissions), Extra: extra,
	}, nil
}

// problemAdder collects what is wrong with the fields of a request.
type problemAdder interface {
	Add(field string, texts ...string)
}

// judgeNew makes a new user's address canonical and adds what is wrong with it and the password; of
// an empty one the caller knows already. The store's own word on a taken address comes when the
// user is written; asking it here tells a person all problems at once.
func (s *Service) judgeNew(ctx context.Context, u *User, plain string, to problemAdder) error {
	if u.Email != "" {
		if err := s.judgeEmail(ctx, u, to); err != nil {
			return err
		}
	}
	if plain == "" {
		return nil
	}
	texts, err := s.passwordProblems(ctx, plain, u)
	to.Add("password", texts...)
	return err
}

func (s *Service) judgeEmail(ctx context.Context, u *User, to problemAdder) error {
	canonical, err := email.Canonical(u.Email)
	if err != nil {
		to.Add("email", wire.TextInvalidEmail)
		return nil //nolint:nilerr // told to the client
	}
	u.Email = canonical
	holder, err := s.find(ctx, UserKey{Email: canonical})
	if holder != nil {
		to.Add("email", wire.TextEmailExists)
	}
	return err
}

// insert hashes the password of a judged user and adds the user.
func (s *Service) insert(ctx context.Context, u *User, plain string, from Client) error {
	hash, err := s.hasher.Hash(ctx, plain)
	if err != nil {
		return unavailable(err)
	}
	u.PasswordHash = Secret(hash)
	err = s.stores.Users.CreateUser(ctx, u)
	if errors.Is(err, ErrExists) {
		return ErrEmailTaken
	}
	if err != nil {
		return unavailable(err)
	}
	if s.settings.Claims.UserIDField == "id" && !isDecimal(u.ID) {
		return s.withdraw(ctx, u)
	}
	s.Emit(ctx, Event{Kind: EventRegistered, UserID: u.ID, Address: from.Address})
	return nil
}

// withdraw removes a user who could never log in: the protocol's ids are integers.
func (s *Service) withdraw(ctx context.Context, u *User) error {
	err := fmt.Errorf("auth: the store gave a user the id %q, which is no integer: set Settings.Claims.UserIDField to \"uuid\"", u.ID)
	return ErrInternal.Because(errors.Join(err, s.stores.Users.DeleteUser(ctx, u.ID)))
}

// checkFields checks what stores rely on.
func checkFields(u *User, ps *wire.Problems) {
	for _, f := range []struct {
		name, text string
		longest    int
	}{
		{"first_name", u.FirstName, MaxName},
		{"last_name", u.LastName, MaxName},
		{"phone", deref(u.Phone), MaxPhone},
	} {
		if utf8.RuneCountInString(f.text) > f.longest {
			ps.Add(f.name, tooLong(f.longest))
		}
	}
	if slices.Contains(u.Roles, "") {
		ps.Add("roles", wire.TextBlank)
	}
	if slices.Contains(u.Permissions, "") {
		ps.Add("permissions", wire.TextBlank)
	}
}

func encodeExtra(v any) (json.RawMessage, error) {
	if v == nil {
		return nil, nil
	}
	raw, err := wire.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("auth: NewUser.Extra: %w", err)
	}
	return raw, nil
}

// newUUID returns a random UUID (RFC 9562 §5.4) in the form with dashes.
func newUUID() string {
	id := token.NewID() // the same without dashes
	return strings.Join([]string{id[:8], id[8:12], id[12:16], id[16:20], id[20:]}, "-")
}

func deref(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}
