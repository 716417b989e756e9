package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Guard decides whether an identity may go on; nil is nobody. It returns nil to let it pass,
// [ErrNoCredentials] where somebody must be logged in, [ErrForbidden] or an [Error] of its own to
// refuse. Any other error, and a panic, denies as well. A guard needs no HTTP: call it anywhere.
type Guard func(ctx context.Context, id *Identity) error

// Authenticated lets everybody pass who is logged in.
func Authenticated(_ context.Context, id *Identity) error {
	if id == nil || id.User == nil {
		return ErrNoCredentials
	}
	return nil
}

// Staff lets users pass that are marked as staff.
func Staff(_ context.Context, id *Identity) error {
	return permitted(id, func(id *Identity) bool { return id.User.Staff })
}

// Superuser lets users pass that are marked as superusers.
func Superuser(_ context.Context, id *Identity) error {
	return permitted(id, func(id *Identity) bool { return id.User.Superuser })
}

// HasRole lets users pass that have any of the roles. With an empty name it cannot decide.
func HasRole(first string, more ...string) Guard {
	if first == "" || slices.Contains(more, "") {
		return undecided("a role has no name")
	}
	more = slices.Clone(more)
	return When(func(id *Identity) bool {
		return id.HasRole(first) || slices.ContainsFunc(more, id.HasRole)
	})
}

// HasPermission lets users pass that have all of the permissions. With an empty name it cannot
// decide.
func HasPermission(first string, more ...string) Guard {
	if first == "" || slices.Contains(more, "") {
		return undecided("a permission has no name")
	}
	more = slices.Clone(more)
	return When(func(id *Identity) bool {
		lacks := func(name string) bool { return !id.HasPermission(name) }
		return id.HasPermission(first) && !slices.ContainsFunc(more, lacks)
	})
}

// HasAudience lets users pass whose token names any of the audiences: one token may so be good for
// some routes and not for others. A token without the claim aud names none. With an empty name it
// cannot decide.
func HasAudience(first string, more ...string) Guard {
	if first == "" || slices.Contains(more, "") {
		return undecided("an audience has no name")
	}
	more = slices.Clone(more)
	return When(func(id *Identity) bool {
		return slices.ContainsFunc(id.audience(), func(name string) bool {
			return name == first || slices.Contains(more, name)
		})
	})
}

// When lets users pass of whom a plain function says so. Nobody is refused before it is asked.
// Without a function it cannot decide.
func When(may func(*Identity) bool) Guard {
	if may == nil {
		return undecided("there is nothing to ask")
	}
	return func(_ context.Context, id *Identity) error { return permitted(id, may) }
}

func permitted(id *Identity, may func(*Identity) bool) error {
	if id == nil || id.User == nil {
		return ErrNoCredentials
	}
	if !may(id) {
		return ErrForbidden
	}
	return nil
}

// undecided is a guard that was made wrongly: it admits nobody, and neither does [Not] of it.
func undecided(why string) Guard {
	return func(ctx context.Context, id *Identity) error {
		if err := Authenticated(ctx, id); err != nil {
			return err
		}
		return errUndecided.Because(errors.New("auth: a guard cannot decide: " + why))
	}
}

// All lets pass whom every guard lets pass.
func All(first Guard, more ...Guard) Guard {
	more = slices.Clone(more)
	return func(ctx context.Context, id *Identity) error {
		if err := first.check(ctx, id); err != nil {
			return err
		}
		for _, g := range more {
			if err := g.check(ctx, id); err != nil {
				return err
			}
		}
		return nil
	}
}

// Any lets pass whom at least one guard lets pass. Otherwise the first refusal counts, but what
// kept a guard from deciding counts more.
func Any(first Guard, more ...Guard) Guard {
	guards := append([]Guard{first}, more...)
	return func(ctx context.Context, id *Identity) error {
		var refusal error
		for _, g := range guards {
			err := g.check(ctx, id)
			if err == nil {
				return nil
			}
			if refusal == nil || decided(refusal) && !decided(err) {
				refusal = err
			}
		}
		return refusal
	}
}

// decided reports whether a guard refused because it knew, not because it could not tell.
func decided(err error) bool {
	return errors.Is(err, ErrForbidden) || errors.Is(err, ErrNoCredentials)
}

// Not lets pass whom a guard refuses with [ErrForbidden]. Nobody never passes, and neither does
// somebody about whom the guard could not decide.
func Not(g Guard) Guard {
	return func(ctx context.Context, id *Identity) error {
		if id == nil {
			return ErrNoCredentials
		}
		err := g.check(ctx, id)
		if err == nil {
			return ErrForbidden
		}
		if errors.Is(err, ErrForbidden) {
			return nil
		}
		return err
	}
}

// check asks a guard and turns everything but nil into an [Error]: what panics, errs or is no
// guard at all denies.
func (g Guard) check(ctx context.Context, id *Identity) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = errUndecided.Because(fmt.Errorf("auth: a guard panicked: %v", v))
		}
	}()
	if g == nil {
		return errUndecided.Because(errors.New("auth: a guard is nil"))
	}
	err = g(ctx, id)
	if err == nil {
		return nil
	}
	if e := asError(err); e != nil {
		return e
	}
	if ctx.Err() != nil || errors.Is(err, context.DeadlineExceeded) {
		return unavailable(err)
	}
	return errUndecided.Because(err)
}

// errUndecided looks like [ErrForbidden] to clients, but is another error: [Not] must not turn a
// guard's failure into a permission.
var errUndecided = NewError(ErrForbidden.status, "not_permitted", ErrForbidden.detail)
