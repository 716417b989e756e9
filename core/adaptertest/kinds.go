package adaptertest

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/token"
)

// TC-01, TC-02, TC-03, RF-13.
var kindClaims = []claim{
	{"a token opens the doors of its kind and does nothing at others", kindsNeverCross},
}

// door is a place that a token can be brought to.
type door struct {
	bring func(a *app, raw string) reply
	opens func(s auth.TokenSettings) []token.Kind // for tokens of these kinds
	quiet bool                                    // a refusal looks like a success, and does nothing
}

func accepted(s auth.TokenSettings) []token.Kind { return s.Accept }

func only(kind token.Kind) func(auth.TokenSettings) []token.Kind {
	return func(auth.TokenSettings) []token.Kind { return []token.Kind{kind} }
}

// renewed is the kind that token/refresh/ takes.
func renewed(s auth.TokenSettings) []token.Kind {
	if s.Kind == auth.KindSliding {
		return []token.Kind{token.Sliding}
	}
	return []token.Kind{token.Refresh}
}

func bearing(path string) door {
	return door{bring: func(a *app, raw string) reply { return a.get(path, raw) }, opens: accepted}
}

func presenting(endpoint string, opens func(auth.TokenSettings) []token.Kind) door {
	return door{bring: func(a *app, raw string) reply {
		return a.post(endpoint, object{"refresh": raw, "token": raw, "role": "admin", "exp": 9999999999, "sub": "2"})
	}, opens: opens}
}

func leaving(field string, kind token.Kind) door {
	return door{bring: func(a *app, raw string) reply {
		return a.post(logoutPath, object{field: raw})
	}, opens: only(kind), quiet: true}
}

// doors are all of them.
var doors = map[string]door{
	"me": bearing("/api/me"), "maybe": bearing("/api/maybe"), "user": bearing("/auth/user/"),
	"refresh":        presenting("/token/refresh/", renewed),
	"slide":          presenting("/token/sliding/refresh/", only(token.Sliding)),
	"blacklist":      presenting("/token/blacklist/", only(token.Refresh)),
	"logout refresh": leaving("refresh", token.Refresh), "logout token": leaving("token", token.Sliding),
	"logout bearer": {
		bring: func(a *app, raw string) reply { return a.post(logoutPath, nil, "Authorization", "Bearer "+raw) },
		opens: accepted, quiet: true,
	},
}

// keys are tokens by name: what kind they are and how one is made.
var keys = map[string]struct {
	kind token.Kind
	make func(a *app, of auth.Credentials, user string) string
}{
	"access":  {token.Access, func(a *app, of auth.Credentials, _ string) string { return a.fresh(a.service.Login, of).Access }},
	"refresh": {token.Refresh, func(a *app, of auth.Credentials, _ string) string { return a.fresh(a.service.Login, of).Refresh }},
	"sliding": {token.Sliding, func(a *app, of auth.Credentials, _ string) string {
		return a.fresh(a.service.LoginSliding, of).Sliding
	}},
	"foreign access": {token.Access, foreignKey("access")}, "foreign refresh": {token.Refresh, foreignKey("refresh")},
	"foreign sliding": {token.Sliding, foreignKey("sliding")}, "reset": {"reset", foreignKey("reset")},
	"verify": {"verify", foreignKey("verify")}, "csrf": {"csrf", foreignKey("csrf")}, "ACCESS": {"ACCESS", foreignKey("ACCESS")},
}

func foreignKey(kind string) func(*app, auth.Credentials, string) string {
	return func(a *app, _ auth.Credentials, user string) string {
		return a.foreign(kind, user, object{"refresh_exp": a.clock().Add(time.Hour).Unix()})
	}
}

// fresh logs in from Go, which gives a pair or a sliding token whatever the endpoints give.
func (a *app) fresh(login func(context.Context, auth.Credentials, auth.Client) (*auth.Tokens, error), c auth.Credentials) *auth.Tokens {
	a.t.Helper()
	tokens, err := login(context.Background(), c, auth.Client{})
	if err != nil {
		a.t.Fatal(err)
	}
	return tokens
}

func kindsNeverCross(t *testing.T, h Harness) {
	for what, configure := range map[string]func(*auth.Settings){
		"pairs": nil, "reused pairs": easy,
		"both":    func(s *auth.Settings) { s.Tokens.Accept = []token.Kind{token.Access, token.Sliding} },
		"sliding": func(s *auth.Settings) { s.Tokens.Kind = auth.KindSliding },
		"sliding alone": func(s *auth.Settings) {
			s.Tokens.Kind, s.Tokens.Accept = auth.KindSliding, []token.Kind{token.Sliding}
		},
	} {
		a := h.app(t, configure)
		u := a.user(ann)
		for of := range keys {
			a.tryDoors(what, of, u.ID)
		}
	}
}

// tryDoors brings a token to every door, and a new one wherever it may be used up.
func (a *app) tryDoors(what, of, user string) {
	a.t.Helper()
	key, raw := keys[of], ""
	for at, door := range doors {
		if raw == "" {
			raw = key.make(a, auth.Credentials{Identifier: ann, Password: userPassword}, user)
		}
		a.store.calls()
		p := door.bring(a, raw)
		if slices.Contains(door.opens(a.service.Settings().Tokens), key.kind) {
			p.want(a.t, http.StatusOK, "")
			raw = ""
			continue
		}
		refused := p.status == http.StatusUnauthorized || door.quiet && p.text == loggedOutBody
		if wrote := a.wrote(); !refused || wrote != nil {
			a.t.Errorf("%s: a token of kind %s at %s: %d %s, and the store was asked for %v", what, of, at, p.status, p.text, wrote)
		}
	}
}
