package adaptertest

import (
	"net/http"
	"sync/atomic"
	"testing"

	auth "github.com/authplug/authplug/core"
)

// Harness is what the suite needs to know of an adapter.
type Harness struct {
	// Serve returns an application of the framework, with its own default middleware: the
	// endpoints of the service, registered with opts, and the routes.
	Serve func(s *auth.Service, routes []Route, opts ...auth.RouteOption) http.Handler

	// Store returns a new, empty store, whose ids begin with 1.
	Store func(t *testing.T) auth.Store

	// Remote holds for stores that talk to a server: what hangs cannot be tested with them, as their
	// connections know no other clock than the wall's.
	Remote bool

	ran *atomic.Int64 // claims

	// What serves client-services, watched apart, and without anybody watching.
	serveClient, unwatched serving
}

// Route is a route of the application. The adapter guards it, and its handler answers 200 with
// what Handle returns, as JSON.
type Route struct {
	Method, Path string

	// How it is guarded: see [Middleware].
	Auth        bool
	Login       bool
	Role        []string
	Permissions []string
	Guards      []auth.Guard

	// Handle gets the request as the framework's handler sees it, and who the adapter's Identity
	// says it is from.
	Handle func(r *http.Request, id *auth.Identity) any
}

// claim is one thing that must be true of every adapter.
type claim struct {
	name  string
	holds func(t *testing.T, h Harness)
}

// parts are all claims, by subject: each is in a file of its name.
var parts = []struct {
	name   string
	claims []claim
}{
	{"Login", loginClaims},
	{"Identifier", identifierClaims},
	{"Opened", openedClaims},
	{"Answers", answerClaims},
	{"Rehash", rehashClaims},
	{"Bodies", bodyClaims},
	{"Media", mediaClaims},
	{"Transport", transportClaims},
	{"Hostile", hostileClaims},
	{"Methods", methodClaims},
	{"Header", headerClaims},
	{"RefreshHeader", refreshHeaderClaims},
	{"Forged", forgedClaims},
	{"Keys", keyClaims},
	{"Rotation", rotationClaims},
	{"Encrypted", encryptedClaims},
	{"Odd", oddClaims},
	{"Kinds", kindClaims},
	{"Foreign", foreignClaims},
	{"Refresh", refreshClaims},
	{"Grace", graceClaims},
	{"Reuse", reuseClaims},
	{"Renewal", renewalClaims},
	{"Verify", verifyClaims},
	{"Logout", logoutClaims},
	{"Ended", endedClaims},
	{"Sessions", sessionClaims},
	{"Devices", deviceClaims},
	{"Binding", bindingClaims},
	{"Throttle", throttleClaims},
	{"Cookies", cookieClaims},
	{"CSRF", csrfClaims},
	{"Pages", pageClaims},
	{"Destinations", destinationClaims},
	{"Account", accountClaims},
	{"Reset", resetClaims},
	{"Confirmation", confirmationClaims},
	{"Sliding", slidingClaims},
	{"Easy", easyClaims},
	{"Leeway", leewayClaims},
	{"Address", addressClaims},
	{"Register", registerClaims},
	{"Passwords", passwordClaims},
	{"Mail", mailClaims},
	{"Profile", profileClaims},
	{"Guards", guardClaims},
	{"Audience", audienceClaims},
	{"Authenticators", authenticatorClaims},
	{"Epoch", epochClaims},
	{"Stateless", statelessClaims},
	{"Cache", cacheClaims},
	{"Presets", presetClaims},
	{"Outage", outageClaims},
	{"Atomic", atomicClaims},
	{"Interruption", interruptionClaims},
	{"Contexts", contextClaims},
	{"NilErrors", nilErrorClaims},
	{"Events", eventClaims},
	{"OnError", onErrorClaims},
	{"Isolation", isolationClaims},
	{"Pooled", pooledClaims},
	{"Mount", mountClaims},
	{"Paths", pathClaims},
	{"ClientService", clientServiceClaims},
	{"ClientAnswers", clientAnswerClaims},
	{"ClientHeader", clientHeaderClaims},
	{"ClientMirror", clientMirrorClaims},
	{"ClientCookies", clientCookieClaims},
	{"ClientPages", clientPageClaims},
	{"SharedLogin", sharedLoginClaims},
	{"ClientOutage", clientOutageClaims},
	{"Replay", replayClaims},
	{"Description", descriptionClaims},
}

// Run runs the whole suite.
func Run(t *testing.T, h Harness) {
	t.Helper()
	h = h.watched(t)
	for _, part := range parts {
		t.Run(part.name, func(t *testing.T) {
			t.Parallel()
			for _, c := range part.claims {
				t.Run(c.name, func(t *testing.T) {
					t.Parallel()
					defer h.ran.Add(1)
					c.holds(t, h)
				})
			}
		})
	}
}
