package memstore_test

import (
	"context"
	"errors"
	"fmt"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/memstore"
)

// exampleService returns a service for examples, which must be quick, with the user Ann.
func exampleService(settings auth.Settings) (*auth.Service, *auth.User) {
	settings.Signing.Key, settings.Passwords.Weak = ownKey, true
	service, err := auth.New(settings, auth.In(memstore.New()))
	if err != nil {
		panic(err)
	}
	u, err := service.CreateUser(context.Background(), auth.NewUser{Email: ann, Password: plain, Roles: []string{"editor"}})
	if err != nil {
		panic(err)
	}
	return service, u
}

// A login with a name instead of an e-mail address.
func Example_loginByName() {
	byName := map[string]string{"ann": ann} // in truth a table of the application
	var settings auth.Settings
	settings.Users.LoginField = "username"
	settings.Users.FindLogin = func(_ context.Context, name string) (auth.UserKey, error) {
		return auth.UserKey{Email: byName[name]}, nil // an empty key is nobody
	}
	service, _ := exampleService(settings)

	ctx := context.Background()
	_, err := service.Login(ctx, auth.Credentials{Identifier: "ann", Password: plain}, auth.Client{})
	fmt.Println("ann:", err)
	_, err = service.Login(ctx, auth.Credentials{Identifier: "bob", Password: plain}, auth.Client{})
	fmt.Println("bob:", errors.Is(err, auth.ErrLoginFailed))
	// Output:
	// ann: <nil>
	// bob: true
}

// A login that answers with who has logged in.
func Example_tokenAnswer() {
	var settings auth.Settings
	settings.Users.TokenAnswer = func(_ context.Context, u *auth.User) (map[string]any, error) {
		return map[string]any{"user": map[string]any{"email": u.Email, "roles": u.Roles}}, nil
	}
	service, _ := exampleService(settings)

	tokens, err := service.Login(context.Background(), auth.Credentials{Identifier: ann, Password: plain}, auth.Client{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s\n", tokens.More["user"]) // token/ answers {"refresh": …, "access": …, "user": …}
	// Output: {"email":"ann@example.com","roles":["editor"]}
}

// A login after somebody else, such as a social network, has said who it is. The claims say how,
// and stay with the session.
func Example_socialLogin() {
	service, u := exampleService(auth.Settings{})
	ctx := context.Background()
	tokens, err := service.OpenSession(ctx, auth.UserKey{ID: u.ID}, auth.Client{}, map[string]any{"via": "github"})
	if err != nil {
		fmt.Println(err)
		return
	}
	tokens, err = service.Refresh(ctx, tokens.Refresh, auth.Client{})
	if err != nil {
		fmt.Println(err)
		return
	}
	id, err := service.Identify(ctx, tokens.Access, auth.Client{})
	if err != nil {
		fmt.Println(err)
		return
	}
	via, err := auth.ClaimAs[string](id, "via")
	fmt.Println(id.User.Email, via, err)

	_, err = service.OpenSession(ctx, auth.UserKey{Email: "bob@example.com"}, auth.Client{}, nil)
	fmt.Println(errors.Is(err, auth.ErrLoginFailed), errors.Is(err, auth.ErrNotFound))
	// Output:
	// ann@example.com github <nil>
	// true true
}

// outbox is a mailer that prints. One that sends hands a mail to a server, or to a queue before
// one.
type outbox struct{}

// Send implements auth.Mailer.
func (outbox) Send(_ context.Context, m auth.Mail) error {
	fmt.Println("to:", m.To)
	fmt.Println("subject:", m.Subject)
	return nil
}

// A mail to whose password was changed.
func ExampleNew_mailer() {
	service, _ := exampleService(auth.Settings{Mailer: outbox{}})
	err := service.ChangePassword(context.Background(), auth.PasswordChange{
		Identifier: ann, Password: plain, NewPassword: "another good password",
	})
	fmt.Println(err)
	// Output:
	// to: ann@example.com
	// subject: Your password was changed
	// <nil>
}
