package memstore_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/memstore"
)

// Users from Go: an administrator's page, a command, a test.
func Example_users() {
	settings := auth.Settings{Signing: auth.Signing{Key: ownKey}}
	settings.Passwords.Weak = true // for this example to be quick
	service, err := auth.New(settings, auth.In(memstore.New()))
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, password := context.Background(), "correct horse battery"

	u, err := service.CreateUser(ctx, auth.NewUser{Email: "ann@example.com", Password: password, Roles: []string{"editor"}})
	fmt.Println(u.ID, u.Email, u.Roles, err)

	u, err = service.UpdateUser(ctx, auth.UserKey{Email: "ann@example.com"}, func(u *auth.User) error {
		u.Permissions = append(u.Permissions, "posts.delete") // her next token has it, those of before end
		return nil
	})
	fmt.Println(u.Permissions, err)

	_, err = service.CreateUser(ctx, auth.NewUser{Email: "Ann@example.com", Password: password})
	fmt.Println("again:", errors.Is(err, auth.ErrEmailTaken))

	fmt.Println(service.SetPassword(ctx, auth.UserKey{ID: u.ID}, "12345678") != nil) // too common
	fmt.Println(service.DeleteUser(ctx, u.ID))
	// Output:
	// 1 ann@example.com [editor] <nil>
	// [posts.delete] <nil>
	// again: true
	// true
	// <nil>
}

// Deactivation ends everything at once.
func Example_deactivation() {
	service, ann := exampleService(auth.Settings{})
	ctx := context.Background()
	tokens, err := service.Login(ctx, auth.Credentials{Identifier: ann.Email, Password: plain}, auth.Client{})
	fmt.Println(err)

	_, err = service.UpdateUser(ctx, auth.UserKey{ID: ann.ID}, func(u *auth.User) error {
		u.Active = false
		return nil
	})
	fmt.Println(err)
	_, err = service.Identify(ctx, tokens.Access, auth.Client{})
	fmt.Println(errors.Is(err, auth.ErrUserInactive))
	_, err = service.Refresh(ctx, tokens.Refresh, auth.Client{})
	fmt.Println(errors.Is(err, auth.ErrNoAccount))
	// Output:
	// <nil>
	// <nil>
	// true
	// true
}

// Who may log in besides having the right password.
func Example_mayLogin() {
	settings := auth.Settings{}
	settings.Users.MayLogin = func(_ context.Context, u *auth.User) error {
		if !u.Staff {
			return errors.New("not staff") // for the security log: clients see a wrong password
		}
		return nil
	}
	service, ann := exampleService(settings)
	_, err := service.Login(context.Background(), auth.Credentials{Identifier: ann.Email, Password: plain}, auth.Client{})
	fmt.Println(errors.Is(err, auth.ErrLoginFailed))
	fmt.Println(err)
	// Output:
	// true
	// auth: no_active_account: No active account found with the given credentials: not staff
}

// Events are what a security log wants to know. They never hold a password or a token.
func Example_events() {
	settings := auth.Settings{}
	settings.Events = func(_ context.Context, e auth.Event) {
		fmt.Printf("%s of user %s %q\n", e.Kind, e.UserID, e.Reason)
	}
	service, ann := exampleService(settings)

	ctx := context.Background()
	_, _ = service.Login(ctx, auth.Credentials{Identifier: ann.Email, Password: "a guess"}, auth.Client{Address: "192.0.2.7"})
	_, _ = service.Login(ctx, auth.Credentials{Identifier: ann.Email, Password: plain}, auth.Client{Address: "192.0.2.7"})
	// Output:
	// registered of user 1 ""
	// login_failed of user 1 "refused"
	// login of user 1 ""
}

// Users of another system with the password hashes that they have there, here Django's.
func Example_importUsers() {
	store := memstore.New()
	settings := auth.Settings{Signing: auth.Signing{Key: ownKey}}
	settings.Passwords.Weak = true // for this example to be quick
	service, err := auth.New(settings, auth.In(store))
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	err = store.CreateUser(ctx, &auth.User{
		UUID:         "5a17c0de-0000-4000-8000-000000000001", // a random one for each
		Email:        strings.ToLower("Ann@Example.com"),     // its one spelling
		PasswordHash: "pbkdf2_sha256$5$seasalt012345$GwIKNBGmMtEAcHkLrKQXMBxkzlwKnpDRtWHMgbTWFCc=",
		Active:       true,
		DateJoined:   time.Date(2020, 2, 1, 0, 0, 0, 0, time.UTC),
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	_, err = service.Login(ctx, auth.Credentials{Identifier: "ann@example.com", Password: "S3cure!P@ssw0rd"}, auth.Client{})
	fmt.Println(err)
	ann, err := store.User(ctx, auth.UserKey{Email: "ann@example.com"})
	fmt.Println(strings.HasPrefix(string(ann.PasswordHash), "$argon2id$"), err) // the login has replaced it
	// Output:
	// <nil>
	// true <nil>
}
