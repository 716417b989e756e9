package auth

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/authplug/authplug/core/internal/email"
	"github.com/authplug/authplug/core/internal/wire"
)

// NewUser is what [Service.CreateUser] makes a user of.
type NewUser struct {
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
	return u, s.insert(ctx, u, n.Password)
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
func (s *Service) insert(ctx context.Context, u *User, plain string) error {
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
	s.emit(ctx, Event{Kind: EventRegistered, UserID: u.ID})
	return nil
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

// UpdateUser changes a user: it reads it, applies change, and saves it if nobody else has saved it
// meanwhile, else it begins again; change may so run several times. What changed ends what must
// end: rights or the e-mail address raise the access epoch, deactivation and a password hash raise
// both. An error of change is returned and nothing is saved. Besides, it returns [ErrNotFound],
// [ErrEmailTaken], problems of fields, and [ErrUnavailable].
func (s *Service) UpdateUser(ctx context.Context, key UserKey, change func(*User) error) (*User, error) {
	u, err := s.change(ctx, key, func(u *User) error {
		before := u.Clone()
		if err := change(u); err != nil {
			return err
		}
		u.ID, u.UUID, u.Version, u.Epochs = before.ID, before.UUID, before.Version, before.Epochs
		raiseEpochs(u, before)
		return s.checkChanged(u, before)
	})
	if err != nil {
		return nil, err
	}
	s.emit(ctx, Event{Kind: EventUserChanged, UserID: u.ID})
	return u, nil
}

// raiseEpochs ends the tokens that a change makes wrong.
func raiseEpochs(u, before *User) {
	switch {
	case before.Active && !u.Active, u.PasswordHash != before.PasswordHash:
		u.Epochs.Access++
		u.Epochs.Refresh++
	case rightsDiffer(u, before), u.Email != before.Email:
		u.Epochs.Access++
	}
}

func rightsDiffer(a, b *User) bool {
	return a.Staff != b.Staff || a.Superuser != b.Superuser ||
		!slices.Equal(a.Roles, b.Roles) || !slices.Equal(a.Permissions, b.Permissions)
}

func (s *Service) checkChanged(u, before *User) error {
	var ps wire.Problems
	if u.Email != before.Email {
		canonical, err := email.Canonical(u.Email)
		if err != nil {
			ps.Add("email", wire.TextInvalidEmail)
		}
		u.Email = canonical
	}
	checkFields(u, &ps)
	if len(u.Extra) > 0 && !json.Valid(u.Extra) {
		return errors.New("auth: User.Extra is not JSON")
	}
	if !ps.Empty() {
		return problemsError(&ps)
	}
	return nil
}

// DeleteUser removes a user and with it its sessions. Doing it twice is no error.
func (s *Service) DeleteUser(ctx context.Context, id string) error {
	// The user goes first: without it no session of its can be used.
	if err := s.stores.Users.DeleteUser(ctx, id); err != nil {
		return unavailable(err)
	}
	if err := s.end(ctx, Ending{UserID: id, Reason: "user_deleted"}, Event{Kind: EventSessionEnded, UserID: id}); err != nil {
		return err
	}
	s.emit(ctx, Event{Kind: EventUserDeleted, UserID: id})
	return nil
}

// change is the one way in which the service changes users.
func (s *Service) change(ctx context.Context, key UserKey, apply func(*User) error) (*User, error) {
	for range attempts {
		u, err := s.User(ctx, key)
		if err != nil {
			return nil, err
		}
		if err := apply(u); err != nil {
			return nil, err
		}
		err = s.stores.Users.UpdateUser(ctx, u)
		switch {
		case err == nil:
			return u, nil
		case errors.Is(err, ErrConflict):
			continue
		case errors.Is(err, ErrExists):
			return nil, ErrEmailTaken
		case errors.Is(err, ErrNotFound):
			return nil, err
		}
		return nil, unavailable(err)
	}
	return nil, unavailable(ErrConflict)
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
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func deref(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}
