package auth

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"time"

	"github.com/authplug/authplug/core/internal/web"
	"github.com/authplug/authplug/core/password"
)

// Stores are the interfaces that a [Service] keeps things behind. They may be of different stores,
// such as an application's own user table beside a store for the rest.
type Stores struct {
	Users    UserStore
	Sessions SessionStore
	Tokens   TokenStore
}

// In puts everything in one store.
func In(store Store) Stores {
	return Stores{Users: store, Sessions: store, Tokens: store}
}

// Service is an authentication service: endpoints for [Service.Routes], guards for
// [Service.Admit], and the flows behind them as methods. It is safe for concurrent use.
type Service struct {
	settings      Settings
	mount         string
	stores        Stores
	codec         *codec // nil: another service mints the tokens
	hasher        *password.Hasher
	policy        *password.Policy
	claims        []claimField
	carrier       carrier
	jar           *jar
	seal          *web.Seal
	origins       *web.Origins
	destinations  *web.Destinations
	refreshClaims []claimField
	flows         Flows
	revocations   *revocations   // nil: the store is asked
	ownLimiter    *MemoryLimiter // in place of one that fails
	faults        *sync.Map      // refusals by the fault of a token, see faulty

	pages      []Endpoint
	tasks      *tasks
	delegation Delegation
}

// New returns a service, or an error that joins every [Problem] of the settings.
func New(settings Settings, stores Stores) (*Service, error) {
	s := newService(settings, stores, Delegation{})
	var ps problems
	s.checkStores(&ps)
	s.settings.check(&settings, &ps)
	s.settings.Users.checkFindLogin(&ps)
	s.settings.checkConfirm(&ps)
	s.buildCodec(&ps)
	s.buildSeal(&ps)
	s.buildPasswords(&ps)
	s.claims = s.settings.Claims.fields("Claims.Access", s.settings.Claims.Access, &ps)
	s.refreshClaims = s.settings.Claims.fields("Claims.Refresh", s.settings.Claims.Refresh, &ps)
	if err := ps.joined(); err != nil {
		return nil, err
	}
	s.assemble(&local{s})
	if err := s.buildPages(); err != nil {
		return nil, err
	}
	return s, nil
}

// newService returns a service that is not checked and complete yet.
func newService(settings Settings, stores Stores, d Delegation) *Service {
	orDefault(&d.Timeout, endpointTimeout)
	orDefault(&d.NoToken, ErrBadHeader)
	orDefault(&d.TwoTokens, ErrBadHeader)
	return &Service{settings: settings.withDefaults(), stores: stores, faults: &sync.Map{}, ownLimiter: NewMemoryLimiter(limiterKeys), tasks: newTasks(), delegation: d}
}

// assemble prepares a service whose settings are good.
func (s *Service) assemble(flows Flows) {
	// The keys are in the codec and the seal, which never show them; fmt would find them here.
	s.settings.Signing.Key, s.settings.Signing.VerifyingKey, s.settings.Signing.Keys = "", "", nil
	s.settings.Cookies.Keys = nil
	s.stores = s.stores.calmly()
	s.mount = mountPath(s.settings.Mount)
	s.settings.Header.Name = headerName(s.settings.Header.Name)
	s.settings.Header.Refresh = headerName(s.settings.Header.Refresh)
	s.assembleBrowsers()
	s.revocations = newRevocations(&s.settings)
	s.flows = flows
}

func (s *Service) checkUsers(ps *problems) {
	if missing(s.stores.Users) {
		*ps = append(*ps, errors.New("auth: no store for users: pass auth.In(store), or set Stores.Users"))
	}
}

func (s *Service) checkStores(ps *problems) {
	s.checkUsers(ps)
	if missing(s.stores.Sessions) {
		*ps = append(*ps, errors.New("auth: no store for sessions: pass auth.In(store), or set Stores.Sessions"))
	}
	if missing(s.stores.Tokens) {
		*ps = append(*ps, errors.New("auth: no store for tokens: pass auth.In(store), or set Stores.Tokens"))
	}
}

// missing reports whether there is no value, also none behind a pointer or in a function's type.
func missing(value any) bool {
	v := reflect.ValueOf(value)
	return !v.IsValid() || (v.Kind() == reflect.Pointer || v.Kind() == reflect.Func) && v.IsNil()
}

func (s *Service) buildPasswords(ps *problems) {
	c := s.settings.Passwords
	var err error
	s.hasher, err = password.New(password.Config{
		Algorithm: c.Hasher, Cost: c.Cost, Permits: c.Permits, Queue: c.Queue, Wait: c.Wait, Weak: c.Weak,
	})
	ps.addPassword(err)
	s.policy, err = password.NewPolicy(c.MinLength, c.Rules...)
	ps.addPassword(err)
}

// Settings returns a copy of what the service runs with, defaults filled in and without the keys.
func (s *Service) Settings() Settings { return s.settings.clone() }

// PasswordStats counts the work of hashing passwords, for a service's metrics.
func (s *Service) PasswordStats() password.Stats { return s.hasher.Stats() }

func (s *Service) now() time.Time { return s.settings.Now() }

// Login exchanges credentials for a pair of tokens and opens a session. It returns
// [ErrLoginFailed] whatever is wrong with the credentials, and [ErrUnavailable].
func (s *Service) Login(ctx context.Context, c Credentials, from Client) (*Tokens, error) {
	return s.flows.Login(ctx, c, from)
}

// LoginSliding exchanges credentials for a sliding token and opens a session. Its errors are those
// of [Service.Login].
func (s *Service) LoginSliding(ctx context.Context, c Credentials, from Client) (*Tokens, error) {
	return s.flows.Sliding(ctx, c, from)
}

// Refresh exchanges a refresh token for a new access token and, unless
// [TokenSettings.ReuseRefresh] is set, a new refresh token. Presenting a replaced one ends the
// session. It returns [ErrTokenInvalid], [ErrTokenKind], [ErrTokenRevoked], [ErrNoAccount] and
// [ErrUnavailable].
func (s *Service) Refresh(ctx context.Context, refresh string, from Client) (*Tokens, error) {
	return s.flows.Refresh(ctx, refresh, from)
}

// Slide exchanges a sliding token for one that lives longer. Its errors are those of
// [Service.Refresh].
func (s *Service) Slide(ctx context.Context, sliding string, from Client) (*Tokens, error) {
	return s.flows.Slide(ctx, sliding, from)
}

// Verify returns nil for a good token of any kind, else [ErrTokenInvalid], [ErrTokenRevoked] or
// [ErrUnavailable]. A refresh token's session is looked at; an access token's only unless
// [TokenSettings.AccessOutlivesSession] is set. Whether the user is active is not asked.
func (s *Service) Verify(ctx context.Context, token string) error {
	return s.flows.Verify(ctx, token)
}

// Logout ends the session that a token belongs to, the user's others, or all. Ending a session
// twice is no error. It returns [ErrNoCredentials] without a token, the errors of
// [Service.Refresh] for a bad one, and [ErrUnavailable] if nothing may have ended.
func (s *Service) Logout(ctx context.Context, l Logout) error {
	return s.flows.Logout(ctx, l)
}

// ChangePassword replaces a password and ends all sessions of the user. It returns
// [ErrPasswordWrong], the problems of the new password, and [ErrUnavailable].
func (s *Service) ChangePassword(ctx context.Context, c PasswordChange) error {
	return s.flows.ChangePassword(ctx, c)
}

// Identify returns who presents an access token: what [Service.Admit] does with a request's. It
// returns [ErrTokenRefused], [ErrNoUserClaim], [ErrUserNotFound], [ErrUserInactive],
// [ErrPasswordChanged] and [ErrUnavailable].
func (s *Service) Identify(ctx context.Context, access string, from Client) (*Identity, error) {
	return s.flows.Identify(ctx, access, from)
}
