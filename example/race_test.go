package example_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/authplug/authplug/example/internal/httpclient"
)

const presentations = 40

// present presents one refresh token many times at once and returns the answers.
func present(t *testing.T, c *httpclient.Client) []httpclient.Reply {
	t.Helper()
	replies := make([]httpclient.Reply, presentations)
	body := map[string]string{"refresh": c.Refreshing}
	var ready, done sync.WaitGroup
	ready.Add(presentations)
	for i := range presentations {
		done.Go(func() {
			ready.Done()
			ready.Wait()
			var err error
			if replies[i], err = c.Try(http.MethodPost, "/auth/token/refresh/", body); err != nil {
				t.Error(err)
			}
		})
	}
	done.Wait()
	return replies
}

// tokenID returns the jti of a token, unverified.
func tokenID(t *testing.T, raw string) string {
	t.Helper()
	_, payload, _ := strings.Cut(raw, ".")
	payload, _, _ = strings.Cut(payload, ".")
	text, err := base64.RawURLEncoding.DecodeString(payload)
	if err != nil {
		t.Fatal(err)
	}
	var claims struct{ JTI string }
	if err := json.Unmarshal(text, &claims); err != nil {
		t.Fatalf("%q is no token: %v", raw, err)
	}
	return claims.JTI
}

func loggedIn(t *testing.T, environ ...string) *httpclient.Client {
	t.Helper()
	c := newPlace(t, append(environ, "EASY_JWT_ROTATE_REFRESH_TOKENS=true")...).start().client()
	registerAnn(c)
	return c.Login("ann@example.com", password)
}

func TestOfManyPresentationsOneWinsAndTheSessionIsOver(t *testing.T) {
	eachCombination(t, func(t *testing.T, framework, store string) {
		ann := loggedIn(t, framework, store)
		var winners []string
		for _, reply := range present(t, ann) {
			if reply.Status == http.StatusOK {
				winners = append(winners, reply.Text("refresh"))
				continue
			}
			reply.Want(http.StatusUnauthorized, bodyRevoked)
		}
		if len(winners) != 1 {
			t.Fatalf("%d winners, want 1", len(winners))
		}
		ann.As("", winners[0]).Refresh().Want(http.StatusUnauthorized, bodyRevoked)
	})
}

func TestWithinTheGracePeriodAllGetOneSuccessor(t *testing.T) {
	eachCombination(t, func(t *testing.T, framework, store string) {
		ann := loggedIn(t, framework, store, "EASY_JWT_GRACE_PERIOD=10s")
		successors := map[string]string{}
		for _, reply := range present(t, ann) {
			refresh := reply.Want(http.StatusOK, "").Text("refresh")
			successors[tokenID(t, refresh)] = refresh
		}
		if len(successors) != 1 {
			t.Fatalf("%d successors, want 1", len(successors))
		}
		for _, refresh := range successors {
			ann.As("", refresh).Refresh().Want(http.StatusOK, "")
		}
	})
}
