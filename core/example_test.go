package auth_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	auth "github.com/authplug/authplug/core"
)

func ExampleNew_problems() {
	_, err := auth.New(auth.Settings{
		Signing: auth.Signing{Key: "secret"},
		Tokens:  auth.TokenSettings{Kind: "triple"},
	}, auth.Stores{})
	for line := range strings.Lines(err.Error()) {
		fmt.Println(strings.SplitN(line, ": ", 3)[1])
	}
	// Output:
	// no store for users
	// no store for sessions
	// no store for tokens
	// Settings.Tokens.Kind
	// Settings.Signing.Key
}

func ExampleAny() {
	mayDelete := auth.Any(auth.Superuser, auth.HasPermission("posts.delete"))

	ctx := context.Background()
	editor := &auth.Identity{User: &auth.User{Permissions: []string{"posts.delete"}}}
	reader := &auth.Identity{User: &auth.User{}}
	fmt.Println(mayDelete(ctx, editor))
	fmt.Println(errors.Is(mayDelete(ctx, reader), auth.ErrForbidden))
	fmt.Println(errors.Is(mayDelete(ctx, nil), auth.ErrNoCredentials))
	// Output:
	// <nil>
	// true
	// true
}

func ExampleWhen() {
	settled := auth.When(func(id *auth.Identity) bool {
		joined := id.User.DateJoined // zero where it is not known
		return !joined.IsZero() && time.Since(joined) > 30*24*time.Hour
	})

	ann := &auth.Identity{User: &auth.User{DateJoined: time.Date(2020, 2, 1, 0, 0, 0, 0, time.UTC)}}
	fmt.Println(settled(context.Background(), ann))
	bob := &auth.Identity{User: &auth.User{DateJoined: time.Now()}}
	fmt.Println(settled(context.Background(), bob))
	// Output:
	// <nil>
	// auth: permission_denied: You do not have permission to perform this action.
}

func ExampleNewError() {
	paid := func(_ context.Context, id *auth.Identity) error {
		if id == nil {
			return auth.ErrNoCredentials
		}
		if !id.HasRole("subscriber") {
			return auth.NewError(http.StatusPaymentRequired, "unpaid", "Your subscription has ended.")
		}
		return nil
	}

	err := paid(context.Background(), &auth.Identity{User: &auth.User{}})
	var e *auth.Error
	if errors.As(err, &e) {
		w := httptest.NewRecorder()
		e.Response().Write(w)
		fmt.Println(w.Code, w.Body)
	}
	// Output: 402 {"detail":"Your subscription has ended.","code":"unpaid"}
}

func ExampleExtraAs() {
	type access struct{ Group string }

	id := &auth.Identity{User: &auth.User{Extra: []byte(`{"group":"sales"}`)}}
	a, err := auth.ExtraAs[access](id)
	fmt.Println(a.Group, err)
	// Output: sales <nil>
}

func ExampleSecret() {
	key := auth.Secret("correct horse battery staple")
	fmt.Printf("%v %s %q\n", key, key, auth.Signing{Key: key}.Key)
	// Output: [secret] [secret] [secret]
}
