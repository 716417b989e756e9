package remote

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/token"
)

func TestWithoutKeysNothingIsDecided(t *testing.T) {
	withKeyServer(t, func(_ *testing.T, s *keyServer) {
		good := s.by("ES256", "a")
		s.err = errDown
		for range 20 {
			s.want("down from the start", good, 503)
		}
		s.fetched("down from the start", 1)
		s.elapsed += keysFirstTry
		s.want("still down", good, 503)
		s.fetched("still down", 1)
		s.err = nil
		s.elapsed += keysFirstTry
		s.want("up", good, 200)
	})
}

func TestAnOutageIsAnsweredAsSuch(t *testing.T) {
	slow := auth.NewError(503, "auth_service_unavailable", "Authentication Service Timed Out.").WithHeader("Retry-After", "7")
	refused := auth.NewError(403, "no", "No.").WithHeader("Retry-After", "9")
	for name, c := range map[string]struct {
		err    error
		detail string
		retry  string
	}{
		"an outage of the client": {slow, slow.Detail(), "7"},
		"a refusal":               {refused, "Authentication Service Connection Error.", "1"},
		"any other error":         {errDown, "Authentication Service Connection Error.", "1"},
	} {
		withKeyServer(t, func(_ *testing.T, s *keyServer) {
			s.err = c.err
			_, err := verify(s.t, s.v, s.by("ES256", "a"))
			var e *auth.Error
			if !errors.As(err, &e) || !errors.Is(err, c.err) {
				s.t.Fatalf("%s: %v", name, err)
			}
			retry := e.Response().Header.Get("Retry-After")
			if e.Code() != "auth_service_unavailable" || e.Detail() != c.detail || retry != c.retry {
				s.t.Errorf("%s: %s, %q, Retry-After %s", name, e.Code(), e.Detail(), retry)
			}
		})
	}
}

func TestKeysOfLongAgoAreTrustedNoMore(t *testing.T) {
	withKeyServer(t, func(_ *testing.T, s *keyServer) {
		good := mint(s.t, token.ES256, pairs()["ES256"].private, "a", map[string]any{"exp": 4e9})
		s.want("first", good, 200)
		s.err = errDown
		s.elapsed = keysLast - 1
		s.want("for a day", good, 200)
		s.elapsed = keysLast
		s.want("after a day", good, 503)
		s.err = nil
		s.elapsed += keysFirstTry
		s.want("up", good, 200)
	})
}

func TestAPanicOfAFetchIsAnOutage(t *testing.T) {
	withKeyServer(t, func(_ *testing.T, s *keyServer) {
		s.panics = true
		s.want("while it panics", s.by("ES256", "a"), 503)
		s.panics = false
		s.elapsed += time.Minute
		s.want("afterwards", s.by("ES256", "a"), 200)
	})
}

func TestAClockThatIsPutBackMakesNoOutage(t *testing.T) {
	withKeyServer(t, func(_ *testing.T, s *keyServer) {
		old := mint(s.t, token.ES256, pairs()["ES256"].private, "a", map[string]any{"iat": 1})
		s.elapsed = 5 * time.Hour
		s.want("first", old, 200)
		s.want("an unknown key", s.by("ES256 former", "b"), 401)
		s.fetched("before", 2)
		s.elapsed = 0
		for range 20 {
			s.want("after it was put back", old, 200)
			s.want("an unknown key after it was put back", s.by("ES256 former", "b"), 401)
		}
		s.fetched("after it was put back", 2)
	})
}

func TestNobodyWaitsForAFetchLongerThanTheirRequest(t *testing.T) {
	withKeyServer(t, func(t *testing.T, s *keyServer) {
		s.gate = make(chan struct{})
		ctx, hangUp := context.WithCancel(t.Context())
		first, other := make(chan error, 1), make(chan error, 1)
		ask := func(ctx context.Context, answer chan error) {
			var cl token.Claims
			answer <- s.v.verify(ctx, s.by("ES256", "a"), &cl)
		}
		go ask(ctx, first)
		synctest.Wait() // It waits for the keys.
		go ask(t.Context(), other)
		hangUp()
		if err := <-first; statusOf(err) != http.StatusServiceUnavailable || !errors.Is(err, context.Canceled) {
			t.Errorf("who hung up gets %v", err)
		}
		synctest.Wait()
		select {
		case err := <-other:
			t.Errorf("the other one was answered before there are keys: %v", err)
		default:
		}
		close(s.gate)
		if err := <-other; err != nil {
			t.Errorf("the other one gets %v", err)
		}
		s.fetched("two requests", 1)
	})
}

// TestRenewingHoldsNobodyUp keeps a fetch hanging while tokens are verified by the former keys.
func TestRenewingHoldsNobodyUp(t *testing.T) {
	withKeyServer(t, func(t *testing.T, s *keyServer) {
		good := s.by("ES256", "a")
		s.want("first", good, 200)
		s.gate = make(chan struct{})
		s.elapsed = keysFresh
		s.fetches.Store(0)
		if n := s.atOnce(repeat(good, 50)...); n != 50 {
			t.Errorf("%d of 50 requests are served while keys are renewed", n)
		}
		unknown := make(chan int, 1)
		s.publish("b", "ES256 former")
		go func() { unknown <- s.atOnce(s.by("ES256 former", "b")) }()
		synctest.Wait()
		close(s.gate)
		if n := <-unknown; n != 1 {
			t.Error("a request with a new key did not wait for the fetch under way")
		}
		s.fetched("renewing", 1)
	})
}
