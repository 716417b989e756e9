package remote

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	auth "github.com/authplug/authplug/core"
)

// mirror keeps the local users that stand for those of the auth-service.
type mirror struct {
	service *auth.Service
	issuers []string // the first is that of new users
	fields  []string
	more    func(context.Context, *Profile, *auth.User) error
	idField string // what tokens call a user
	byName  bool   // users are looked up by what tokens call them
}

// Issuers returns whom mirrored users are of, for [auth.UserKey]: new ones of the first. With an
// issuer in the settings of the service there are two, since users who were mirrored before stay of
// the URL.
func (s Settings) Issuers(of auth.Settings) []string {
	place := plainURL(s.URL)
	switch issuer := of.Signing.Issuer; {
	case s.Mirror.Issuer != "":
		return []string{s.Mirror.Issuer}
	case issuer == "" || issuer == place:
		return []string{place}
	default:
		return []string{issuer, place}
	}
}

// plainURL spells scheme and host of a URL in the one way that has no capitals: other spellings are
// no other service.
func plainURL(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return text
	}
	u.Host = strings.ToLower(u.Host) // the scheme is already
	return strings.TrimSuffix(u.String(), "/")
}

func newMirror(s *auth.Service, c Settings) *mirror {
	return &mirror{
		service: s, issuers: c.Issuers(s.Settings()), fields: c.Mirror.Fields, more: c.Mirror.Map,
		idField: s.Settings().Claims.UserIDField, byName: c.Verify == VerifyLocal,
	}
}

// remoteID returns what the auth-service calls the user of a profile for good.
func (m *mirror) remoteID(p *Profile) string {
	if uuid, ok, err := p.text("uuid", maxID); ok && err == nil && uuid != "" && m.idField == "uuid" {
		return uuid
	}
	return p.ID
}

// isOf reports whether a profile is of the user whom a token names. A name that a profile does not
// have cannot be compared, and where users are looked up by it, the profile is of no use: its user
// would be a stranger again, and another user during an outage.
func (m *mirror) isOf(p *Profile, name string) bool {
	switch m.idField {
	case "email":
		return sameAddress(name, p.Email)
	case "uuid":
		if _, ok := p.Member("uuid"); !ok {
			return !m.byName
		}
	}
	return name == m.remoteID(p)
}

// find returns the user whom a key names, of the first issuer that has one, or nil.
func (m *mirror) find(ctx context.Context, key auth.UserKey) (*auth.User, error) {
	for _, issuer := range m.issuers {
		key.Issuer = issuer
		u, err := m.service.User(ctx, key)
		if err == nil || !errors.Is(err, auth.ErrNotFound) {
			return u, err
		}
	}
	return nil, nil //nolint:nilnil // nobody is an answer here, not a failure
}

// named is the key of the user whom a token names, for [mirror.find].
func (m *mirror) named(name string) auth.UserKey {
	if m.idField == "email" {
		return auth.UserKey{Email: name}
	}
	return auth.UserKey{RemoteID: name}
}

// key names the local user of a remote id, the one whom [mirror.find] finds: who was mirrored under
// a former issuer alone stays there.
func (m *mirror) key(ctx context.Context, id string) (auth.UserKey, error) {
	key := auth.UserKey{Issuer: m.issuers[0], RemoteID: id}
	if len(m.issuers) == 1 {
		return key, nil
	}
	u, err := m.find(ctx, key)
	if u != nil {
		key.Issuer = u.Issuer
	}
	return key, err
}

// siblings are the other issuers: to an application, all users of the auth-service are of one place.
func (m *mirror) siblings(issuer string) []string {
	return slices.DeleteFunc(slices.Clone(m.issuers), func(other string) bool { return other == issuer })
}

// user returns the local user of a profile, made or changed as it says. Besides what
// [auth.Service.MirrorUser] returns, change may have something to add.
func (m *mirror) user(ctx context.Context, p *Profile, change func(*auth.User)) (*auth.User, error) {
	key, err := m.key(ctx, m.remoteID(p))
	if err != nil {
		return nil, err
	}
	u, err := m.service.MirrorUser(ctx, key, func(u *auth.User) error {
		change(u)
		return m.copy(ctx, p, u)
	}, m.siblings(key.Issuer)...)
	var e *auth.Error
	if err != nil && (!errors.As(err, &e) || e.Fields() != nil || e.Is(auth.ErrInternal)) {
		return nil, badProfile(err)
	}
	return u, err
}

// placeholder returns the local user of a remote id whose profile cannot be had now.
func (m *mirror) placeholder(ctx context.Context, id string) (*auth.User, error) {
	key, err := m.key(ctx, id)
	if err != nil {
		return nil, err
	}
	return m.service.MirrorUser(ctx, key, func(*auth.User) error { return nil })
}

// complete reports whether a user has had its profile copied.
func (m *mirror) complete(u *auth.User) bool {
	return u.Email != "" || !slices.Contains(m.fields, "email")
}

// copy makes of a user what its profile says.
func (m *mirror) copy(ctx context.Context, p *Profile, u *auth.User) error {
	for _, name := range m.fields {
		if err := copiers[name](p, u); err != nil {
			return badProfile(err)
		}
	}
	if m.more == nil {
		return nil
	}
	err := m.more(ctx, p, u)
	var e *auth.Error
	if err == nil || errors.As(err, &e) && e != nil && !e.Is(auth.ErrNoCredentials) {
		return err // that there are no credentials would let somebody in as nobody
	}
	return badProfile(fmt.Errorf("Settings.Mirror.Map: %w", err))
}

// copiers put the member of their name into the user. One that a profile does not have changes
// nothing.
var copiers = map[string]func(*Profile, *auth.User) error{
	"email":        func(p *Profile, u *auth.User) error { u.Email = p.Email; return nil },
	"first_name":   func(p *Profile, u *auth.User) error { return into(&u.FirstName)(p.text("first_name", auth.MaxName)) },
	"last_name":    func(p *Profile, u *auth.User) error { return into(&u.LastName)(p.text("last_name", auth.MaxName)) },
	"phone":        func(p *Profile, u *auth.User) error { return into(&u.Phone)(p.textOrNull("phone", auth.MaxPhone)) },
	"location":     func(p *Profile, u *auth.User) error { return into(&u.Location)(p.textOrNull("location", maxBody)) },
	"is_staff":     func(p *Profile, u *auth.User) error { return into(&u.Staff)(p.bool("is_staff")) },
	"is_superuser": func(p *Profile, u *auth.User) error { return into(&u.Superuser)(p.bool("is_superuser")) },
	"roles":        func(p *Profile, u *auth.User) error { return into(&u.Roles)(p.texts("roles")) },
	"permissions":  func(p *Profile, u *auth.User) error { return into(&u.Permissions)(p.texts("permissions")) },
}

// into returns what sets a field to a member of a profile.
func into[T any](field *T) func(value T, ok bool, err error) error {
	return func(value T, ok bool, err error) error {
		if ok && err == nil {
			*field = value
		}
		return err
	}
}
