package auth_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	auth "github.com/authplug/authplug/core"
)

// A guard is a function: what it needs besides the identity, it closes over.
func ExampleGuard() {
	notOnSundays := func(now func() time.Time) auth.Guard {
		return func(_ context.Context, id *auth.Identity) error {
			if id == nil {
				return auth.ErrNoCredentials
			}
			if now().Weekday() == time.Sunday {
				return auth.ErrForbidden
			}
			return nil
		}
	}

	guard := notOnSundays(func() time.Time { return time.Date(2026, 1, 4, 12, 0, 0, 0, time.UTC) })
	ann := &auth.Identity{User: &auth.User{}}
	fmt.Println(guard(context.Background(), ann))
	// Output: auth: permission_denied: You do not have permission to perform this action.
}

// What a guard finds out in a database may fail. Its error denies, and operators see it.
func ExampleGuard_lookUp() {
	owners := map[string]string{"post-7": "2"} // a table of the application
	mayEdit := func(post string) auth.Guard {
		return auth.All(auth.Authenticated, func(_ context.Context, id *auth.Identity) error {
			owner, ok := owners[post]
			switch {
			case !ok:
				return auth.NewError(http.StatusNotFound, "no_such_post", "There is no such post.")
			case owner != id.User.ID:
				return auth.ErrForbidden
			}
			return nil
		})
	}

	ctx := context.Background()
	bob := &auth.Identity{User: &auth.User{ID: "2"}}
	fmt.Println(mayEdit("post-7")(ctx, bob))
	fmt.Println(mayEdit("post-8")(ctx, bob))
	fmt.Println(errors.Is(mayEdit("post-7")(ctx, nil), auth.ErrNoCredentials))
	// Output:
	// <nil>
	// auth: no_such_post: There is no such post.
	// true
}

func ExampleAll() {
	release := auth.All(
		auth.HasRole("editor", "chief"),                  // any of the roles
		auth.HasPermission("posts.view", "posts.edit"),   // all of the permissions
		auth.Not(auth.HasRole("trainee")),                // and not this one
		auth.Any(auth.Staff, auth.HasRole("freelancer")), // one of the guards
	)

	editor := &auth.User{Roles: []string{"editor"}, Permissions: []string{"posts.edit", "posts.view"}, Staff: true}
	trainee := editor.Clone()
	trainee.Roles = append(trainee.Roles, "trainee")
	for _, u := range []*auth.User{editor, trainee} {
		fmt.Println(release(context.Background(), &auth.Identity{User: u}) == nil)
	}
	// Output:
	// true
	// false
}

// A superuser passes Superuser, and has the permissions that were given to it.
func ExampleHasPermission() {
	root := &auth.Identity{User: &auth.User{Superuser: true}}
	fmt.Println(auth.HasPermission("posts.delete")(context.Background(), root) == nil)
	fmt.Println(auth.Any(auth.Superuser, auth.HasPermission("posts.delete"))(context.Background(), root) == nil)
	// Output:
	// false
	// true
}
