package pages_test

import (
	"slices"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/token"
	"github.com/authplug/authplug/example/internal/markdown"
	"github.com/authplug/authplug/memstore"
)

// minted returns the names of the claims of each kind of token, of a service that writes all it can.
func minted(t *testing.T) map[token.Kind][]string {
	t.Helper()
	names := map[token.Kind][]string{}
	for _, kind := range []string{auth.KindPair, auth.KindSliding} {
		settings := auth.Settings{Signing: auth.Signing{Key: strongKey, Issuer: "i", Audience: []string{"a"}}}
		settings.Tokens.Kind, settings.Claims.CheckRevoke, settings.Passwords.Weak = kind, true, true
		service, err := auth.New(settings, auth.In(memstore.New()))
		if err != nil {
			t.Fatal(err)
		}
		u, err := service.CreateUser(t.Context(), auth.NewUser{Email: "ann@example.com", Password: "correct horse 9"})
		if err != nil {
			t.Fatal(err)
		}
		tokens, err := service.OpenSession(t.Context(), auth.UserKey{ID: u.ID}, auth.Client{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, raw := range []string{tokens.Access, tokens.Refresh, tokens.Sliding} {
			if raw == "" {
				continue
			}
			claims, err := service.Inspect(t.Context(), raw)
			if err != nil {
				t.Fatal(err)
			}
			for name := range claims.Members() {
				names[claims.Kind] = append(names[claims.Kind], name)
			}
		}
	}
	return names
}

func TestThePageOfTheClaimsHasThoseOfEachKind(t *testing.T) {
	told := map[token.Kind][]string{}
	for _, cells := range markdown.Rows(section(page(t, "../../docs/claims.md"), "What a token says")) {
		kinds := strings.ReplaceAll(cells[1], "all", "access, refresh, sliding")
		for kind := range strings.SplitSeq(kinds, ", ") {
			told[token.Kind(kind)] = append(told[token.Kind(kind)], markdown.Spans(cells[0])...)
		}
	}
	for kind, names := range minted(t) {
		slices.Sort(names)
		slices.Sort(told[kind])
		if !slices.Equal(told[kind], names) {
			t.Errorf("%s tokens carry %q, the page says %q", kind, names, told[kind])
		}
	}
}
