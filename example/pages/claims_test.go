package pages_test

import (
	"slices"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/authtest"
	"github.com/authplug/authplug/core/token"
	"github.com/authplug/authplug/example/internal/markdown"
	"github.com/authplug/authplug/memstore"
)

// minted returns the names of the claims of each kind of token, of a service that writes all it
// can.
func minted(t *testing.T) map[token.Kind][]string {
	t.Helper()
	names := map[token.Kind][]string{}
	for _, kind := range []string{auth.KindPair, auth.KindSliding} {
		a := authtest.New(t, auth.In(memstore.New()), func(s *auth.Settings) {
			s.Signing.Issuer, s.Signing.Audience = "i", []string{"a"}
			s.Tokens.Kind, s.Claims.CheckRevoke = kind, true
		})
		tokens, err := a.Service.OpenSession(t.Context(), auth.UserKey{ID: a.User("ann@example.com").ID}, auth.Client{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		raws := []string{tokens.Access, tokens.Refresh, tokens.Sliding}
		for _, raw := range slices.DeleteFunc(raws, func(raw string) bool { return raw == "" }) {
			claims, err := a.Service.Inspect(t.Context(), raw)
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
