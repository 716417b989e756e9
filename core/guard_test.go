package auth_test

import (
	"context"
	"errors"
	"testing"

	auth "github.com/authplug/authplug/core"
)

// typedNil is an error that is none.
func typedNil() error {
	var e *auth.Error
	return e
}

// broken are guards that cannot decide.
var broken = map[string]auth.Guard{
	"nil":         nil,
	"errs":        func(context.Context, *auth.Identity) error { return errors.New("connection refused") },
	"panics":      func(context.Context, *auth.Identity) error { panic("broken") },
	"unavailable": func(context.Context, *auth.Identity) error { return auth.ErrUnavailable },
	"typed nil":   func(context.Context, *auth.Identity) error { return typedNil() },
}

func TestNotNeverMakesAPermissionOfAGuardThatCannotDecide(t *testing.T) {
	id := &auth.Identity{User: &auth.User{ID: "1"}}
	for what, guard := range broken {
		for form, composed := range map[string]auth.Guard{
			"Not(broken)":             auth.Not(guard),
			"Not(Any(role, broken))":  auth.Not(auth.Any(auth.HasRole("x"), guard)),
			"Not(Any(broken, role))":  auth.Not(auth.Any(guard, auth.HasRole("x"))),
			"Not(Not(Any(broken)))":   auth.Not(auth.Not(auth.Any(guard))),
			"Any(role, Not(broken))":  auth.Any(auth.HasRole("x"), auth.Not(guard)),
			"All(Not(Any(role, b.)))": auth.All(auth.Not(auth.Any(auth.HasRole("x"), guard))),
		} {
			if err := composed(t.Context(), id); err == nil || errors.Is(err, auth.ErrForbidden) {
				t.Errorf("%s, %s = %v, want that nobody could decide", form, what, err)
			}
		}
	}
}

func TestAnyPrefersWhatKeptAGuardFromDeciding(t *testing.T) {
	id := &auth.Identity{User: &auth.User{ID: "1"}}
	for form, guard := range map[string]auth.Guard{
		"last":  auth.Any(auth.HasRole("x"), auth.HasRole("y"), broken["unavailable"]),
		"first": auth.Any(broken["unavailable"], auth.HasRole("x")),
	} {
		if err := guard(t.Context(), id); !errors.Is(err, auth.ErrUnavailable) {
			t.Errorf("%s: %v", form, err)
		}
	}
	if err := auth.Any(auth.HasRole("x"), auth.HasRole("y"))(t.Context(), id); !errors.Is(err, auth.ErrForbidden) {
		t.Errorf("two refusals: %v", err)
	}
	if err := auth.Any(broken["errs"], auth.Authenticated)(t.Context(), id); err != nil {
		t.Errorf("one that knows is enough: %v", err)
	}
}

func TestTheZeroIdentityIsAllowedNothing(t *testing.T) {
	zero := &auth.Identity{}
	if zero.HasRole("x") || zero.HasPermission("x") || zero.HasRole("") || zero.HasPermission("") {
		t.Error("it has a role or a permission")
	}
	if _, err := auth.ExtraAs[int](zero); !errors.Is(err, auth.ErrNotFound) {
		t.Errorf("ExtraAs() = %v", err)
	}
	if _, err := auth.ExtraAs[int](nil); !errors.Is(err, auth.ErrNoCredentials) {
		t.Errorf("ExtraAs() of nobody = %v", err)
	}
	if _, err := auth.ClaimAs[int](nil, "x"); !errors.Is(err, auth.ErrNoCredentials) {
		t.Errorf("ClaimAs() of nobody = %v", err)
	}
	if _, err := auth.ClaimAs[int](zero, "x"); !errors.Is(err, auth.ErrNotFound) {
		t.Errorf("ClaimAs() = %v", err)
	}
	for what, guard := range map[string]auth.Guard{
		"Authenticated": auth.Authenticated, "Staff": auth.Staff, "Superuser": auth.Superuser,
		"HasRole": auth.HasRole("x"), "HasPermission": auth.HasPermission("x"), "HasAudience": auth.HasAudience("x"),
		"When": auth.When(func(*auth.Identity) bool { return true }), "Not": auth.Not(auth.Staff),
	} {
		if err := guard(t.Context(), zero); !errors.Is(err, auth.ErrNoCredentials) {
			t.Errorf("%s = %v, want ErrNoCredentials", what, err)
		}
	}
}

func TestNamesOfAGuardAreCopied(t *testing.T) {
	id := &auth.Identity{User: &auth.User{Roles: []string{"b"}, Permissions: []string{"a", "b"}}}
	names := []string{"a", "b"}
	role, permission := auth.HasRole(names[0], names[1:]...), auth.HasPermission(names[0], names[1:]...)
	guards := []auth.Guard{auth.Authenticated, auth.Authenticated}
	all, one := auth.All(guards[0], guards[1:]...), auth.Any(auth.Staff, guards[1:]...)
	names[1], guards[1] = "changed", auth.Staff
	for what, guard := range map[string]auth.Guard{
		"HasRole": role, "HasPermission": permission, "All": all, "Any": one,
	} {
		if err := guard(t.Context(), id); err != nil {
			t.Errorf("%s = %v", what, err)
		}
	}
}

func TestAnIdentityWithoutATokenIsForNoAudience(t *testing.T) {
	id := &auth.Identity{User: &auth.User{}}
	for _, guard := range []auth.Guard{auth.HasAudience("a"), auth.HasAudience("a", "b")} {
		if err := guard(t.Context(), id); !errors.Is(err, auth.ErrForbidden) {
			t.Errorf("guard() = %v, want ErrForbidden", err)
		}
	}
}
