package interop_test

import (
	"sync/atomic"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/token"
	"github.com/authplug/authplug/example/internal/httpclient"
	"github.com/authplug/authplug/memstore"
)

// What a service of ours answers about Ann, and to refresh tokens that are no good.
const (
	whoAnnIs = `{"user_id":1,"email":"ann@example.com","roles":[],"permissions":[],"is_staff":false,"is_superuser":false,` +
		`"stateless":false,"extra":{}}`
	blacklisted = `{"detail":"Token is blacklisted","code":"token_not_valid"}`
	invalid     = `{"detail":"Token is invalid or expired","code":"token_not_valid"}`
)

// Paths are the same on both sides.
const (
	verifyPath    = "/auth/token/verify/"
	blacklistPath = "/auth/token/blacklist/"
	logoutPath    = "/auth/token/logout/"
)

// newMinter starts a Django where Ann can log in.
func newMinter(t *testing.T, settings simplejwt, environ ...string) *django {
	t.Helper()
	d := newDjango(t, settings, environ...)
	d.put(map[string]any{"email": ann, "id": 1, "password": password})
	return d
}

// serving returns what makes a service with the people in it.
func serving(t *testing.T, settings auth.Settings) func() (*auth.Service, *memstore.Store) {
	t.Helper()
	return func() (*auth.Service, *memstore.Store) {
		store := populated(t, settings)
		return newService(t, settings, store), store
	}
}

func TestTokensMintedByDjangoAreGoodHere(t *testing.T) {
	eachSigning(t, []string{nobody, everybody}, func(t *testing.T, k keys) {
		d := newMinter(t, k.signs)
		eachFramework(t, serving(t, shared(k)), func(t *testing.T, here *httpclient.Client) {
			d := d.told(t)
			there := d.Login(ann, password)
			own := here.As(there.Access, there.Refreshing)
			own.Get("/api/whoami/").Want(200, whoAnnIs)
			own.Get("/auth/user/").Want(200, "")
			here.Post(verifyPath, map[string]string{"token": own.Access}).Want(200, "{}")
			here.Post(verifyPath, map[string]string{"token": own.Refreshing}).Want(200, "{}")
			here.As(own.Refreshing, "").Get("/api/whoami/").Want(401, refusedKind)

			own.Refresh().Want(200, "") // taken in: from here on the session is ours
			own.Get("/api/whoami/").Want(200, whoAnnIs)
			d.As(own.Access, "").Get("/lab/stateful/").Want(200, "")
			here.As("", there.Refreshing).Refresh().Want(401, blacklisted)
			own.Refresh().Want(200, "")
			here.Post(logoutPath, map[string]string{"refresh": own.Refreshing}).Want(200, "")
			own.Refresh().Want(401, blacklisted)
		})
	})
}

func TestWithoutRotationDjangosRefreshTokensLast(t *testing.T) {
	needDjango(t)
	t.Parallel()
	k := allKeys()[token.HS256]
	d := newMinter(t, k.signs)
	settings := auth.EasyJWT()
	settings.Signing, settings.Passwords.Weak = k.ours, true
	var late atomic.Int64
	settings.Now = func() time.Time { return time.Now().Add(time.Duration(late.Load())) }
	eachFramework(t, serving(t, settings), func(t *testing.T, here *httpclient.Client) {
		d := d.told(t)
		there := d.Login(ann, password)
		own := here.As(there.Access, there.Refreshing)
		for range 3 {
			if p := own.Refresh().Want(200, ""); p.Text("refresh") != "" {
				t.Errorf("refreshing answers %s", p.Body)
			}
			own.Get("/api/whoami/").Want(200, whoAnnIs)
		}
		here.Post(blacklistPath, map[string]string{"refresh": own.Refreshing}).Want(200, "{}")
		own.Refresh().Want(401, blacklisted)
		here.Post(verifyPath, map[string]string{"token": own.Refreshing}).Want(401, blacklisted)

		late.Store(int64(24 * time.Hour))
		defer late.Store(0)
		here.As("", d.Login(ann, password).Refreshing).Refresh().Want(401, invalid)
	})
}

func TestTokensThatDjangoRotatedAreTakenIn(t *testing.T) {
	needDjango(t)
	t.Parallel()
	k := allKeys()[token.HS256]
	d := newMinter(t, with(k.signs, simplejwt{"ROTATE_REFRESH_TOKENS": true, "BLACKLIST_AFTER_ROTATION": true}))
	eachFramework(t, serving(t, shared(k)), func(t *testing.T, here *httpclient.Client) {
		d := d.told(t)
		there := d.Login(ann, password)
		there.Refresh().Want(200, "")
		own := here.As(there.Access, there.Refreshing)
		own.Get("/api/whoami/").Want(200, whoAnnIs)
		own.Refresh().Want(200, "")
		own.Refresh().Want(200, "")
	})
}

// Django knows nothing of our sessions, but it copies the claims of a refresh token.
func TestAccessTokensThatDjangoMakesOfOursEndWithTheirSession(t *testing.T) {
	needDjango(t)
	t.Parallel()
	k := allKeys()[token.HS256]
	d := newMinter(t, k.signs)
	eachFramework(t, serving(t, shared(k)), func(t *testing.T, here *httpclient.Client) {
		d := d.told(t)
		own := here.Login(ann, password)
		there := d.As("", own.Refreshing)
		there.Refresh().Want(200, "")
		made := here.As(there.Access, own.Refreshing)
		made.Get("/api/whoami/").Want(200, whoAnnIs)
		here.Post(logoutPath, map[string]string{"refresh": own.Refreshing}).Want(200, "")
		made.Get("/api/whoami/").Want(401, "")
	})
}

// Where Django rotates, its copy of a refresh token of ours has our session and an id that we never
// gave out: that looks like theft.
func TestARefreshTokenOfOursThatDjangoRotatedEndsTheSession(t *testing.T) {
	needDjango(t)
	t.Parallel()
	k := allKeys()[token.HS256]
	d := newMinter(t, with(k.signs, simplejwt{"ROTATE_REFRESH_TOKENS": true}))
	eachFramework(t, serving(t, shared(k)), func(t *testing.T, here *httpclient.Client) {
		d := d.told(t)
		own := here.Login(ann, password)
		there := d.As("", own.Refreshing)
		there.Refresh().Want(200, "")
		here.As("", there.Refreshing).Refresh().Want(401, blacklisted)
		own.Get("/api/whoami/").Want(401, "")
	})
}

func TestIDsOfUsersMayBeText(t *testing.T) {
	needDjango(t)
	t.Parallel()
	k := allKeys()[token.HS256]
	for name, c := range map[string]struct {
		theirs simplejwt
		field  string
		claim  string
	}{
		"numbers as text": {simplejwt{"TOKEN_OBTAIN_SERIALIZER": "project.auth.TextID"}, "id", "user_id"},
		"addresses":       {simplejwt{"USER_ID_FIELD": "email", "USER_ID_CLAIM": "sub"}, "email", "sub"},
	} {
		d := newMinter(t, with(k.signs, c.theirs))
		settings := shared(k)
		settings.Claims.UserIDField, settings.Claims.UserID = c.field, c.claim
		eachFramework(t, serving(t, settings), func(t *testing.T, here *httpclient.Client) {
			d := d.told(t)
			t.Log(name)
			there := d.Login(ann, password)
			own := here.As(there.Access, there.Refreshing)
			own.Get("/api/whoami/").Want(200, whoAnnIs)
			own.Refresh().Want(200, "")
			own.Get("/api/whoami/").Want(200, whoAnnIs)
			d.As(own.Access, "").Get("/lab/stateful/").Want(200, "")
		})
	}
}
