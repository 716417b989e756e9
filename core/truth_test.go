package auth_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	auth "github.com/authplug/authplug/core"
)

// verdict is what a guard says, by the code of its refusal; passing has none.
type verdict string

const (
	passes    verdict = ""
	nobody    verdict = "not_authenticated"
	forbidden verdict = "permission_denied"
	undecided verdict = "not_permitted"
)

// rule is a guard and, written another way, what it should say.
type rule struct {
	guard auth.Guard
	says  func(id *auth.Identity) verdict
}

// alphabet are the names of roles and permissions.
var alphabet = []string{"a", "b", "c", "d"}

// PG-04.
func TestGuardsComposeAsTheirTruthTableSays(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2)) // the same cases at each run
	for i := range 100_000 {
		r := anyRule(random, 4)
		id := anyIdentity(random)
		if got, want := codeOf(auth.All(r.guard)(context.Background(), id)), r.says(id); got != want {
			t.Fatalf("case %d: %q, want %q for %+v", i, got, want, id)
		}
	}
}

func codeOf(err error) verdict {
	if e := (*auth.Error)(nil); errors.As(err, &e) {
		return verdict(e.Code())
	}
	return passes
}

func anyNames(random *rand.Rand, least int) []string {
	names := slices.Clone(alphabet)
	random.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	return names[:least+random.IntN(len(names)-least)]
}

func anyIdentity(random *rand.Rand) *auth.Identity {
	if random.IntN(8) == 0 {
		return nil
	}
	return &auth.Identity{User: &auth.User{
		Staff: random.IntN(2) == 0, Superuser: random.IntN(2) == 0,
		Roles: anyNames(random, 0), Permissions: anyNames(random, 0),
	}}
}

// anyRule returns a random composition, at most so many levels deep.
func anyRule(random *rand.Rand, depth int) rule {
	if depth == 0 || random.IntN(4) == 0 {
		return anyLeaf(random)
	}
	first, second := anyRule(random, depth-1), anyRule(random, depth-1)
	switch random.IntN(3) {
	case 0:
		return rule{auth.All(first.guard, second.guard), func(id *auth.Identity) verdict {
			if v := first.says(id); v != passes {
				return v
			}
			return second.says(id)
		}}
	case 1:
		return rule{auth.Any(first.guard, second.guard), func(id *auth.Identity) verdict {
			one, other := first.says(id), second.says(id)
			if one == passes || other == passes {
				return passes
			}
			if other == undecided {
				return undecided
			}
			return one
		}}
	}
	return rule{auth.Not(first.guard), func(id *auth.Identity) verdict { return negated(first, id) }}
}

func negated(r rule, id *auth.Identity) verdict {
	if id == nil {
		return nobody
	}
	switch v := r.says(id); v {
	case passes:
		return forbidden
	case forbidden:
		return passes
	default:
		return v
	}
}

func anyLeaf(random *rand.Rand) rule {
	names := anyNames(random, 1)
	held := func(have []string) int {
		n := 0
		for _, name := range names {
			if slices.Contains(have, name) {
				n++
			}
		}
		return n
	}
	switch random.IntN(6) {
	case 0:
		return known(auth.HasRole(names[0], names[1:]...), func(u *auth.User) bool { return held(u.Roles) > 0 })
	case 1:
		return known(auth.HasPermission(names[0], names[1:]...),
			func(u *auth.User) bool { return held(u.Permissions) == len(names) })
	case 2:
		return known(auth.Staff, func(u *auth.User) bool { return u.Staff })
	case 3:
		return known(auth.Superuser, func(u *auth.User) bool { return u.Superuser })
	case 4:
		return known(auth.Authenticated, func(*auth.User) bool { return true })
	}
	return rule{broken["errs"], func(*auth.Identity) verdict { return undecided }}
}

// known is a rule about somebody.
func known(guard auth.Guard, holds func(*auth.User) bool) rule {
	return rule{guard, func(id *auth.Identity) verdict {
		switch {
		case id == nil:
			return nobody
		case holds(id.User):
			return passes
		}
		return forbidden
	}}
}
