package auth_test

import (
	"context"
	"errors"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/password"
)

// noRule judges nothing.
type noRule struct{ problem string }

func (r *noRule) Judge(context.Context, string, password.Subject) (string, error) {
	return r.problem, nil
}

func TestARuleThatPanicsIsAFailureFromGoAsWell(t *testing.T) {
	settings := good()
	settings.Passwords.Rules = []password.Rule{password.RuleFunc(
		func(context.Context, string, password.Subject) (string, error) { panic("the rule is broken") },
	)}
	s, err := auth.New(settings, auth.In(oneUser{}))
	if err != nil {
		t.Fatal(err)
	}
	const plain = "a-long-passphrase-for-tests"
	_, err = s.CreateUser(t.Context(), auth.NewUser{Email: "ann@example.com", Password: plain})
	if !errors.Is(err, auth.ErrInternal) || errors.Unwrap(err) == nil {
		t.Errorf("CreateUser() = %v", err)
	}
	err = s.SetPassword(t.Context(), auth.UserKey{ID: "7"}, plain)
	if !errors.Is(err, auth.ErrInternal) || errors.Unwrap(err) == nil {
		t.Errorf("SetPassword() = %v", err)
	}
}

func TestARuleThatIsNilBehindItsTypeIsRefused(t *testing.T) {
	settings := good()
	settings.Passwords.Rules = []password.Rule{&noRule{}, (*noRule)(nil)}
	_, err := auth.New(settings, auth.In(noStore{}))
	const want = "auth: Settings.Passwords.Rules: rule 1 is nil: remove it"
	if err == nil || err.Error() != want {
		t.Errorf("New() = %v; want %s", err, want)
	}
}
