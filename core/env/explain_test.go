package env_test

import (
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/authplug/authplug/core/env"
)

// settingError is a problem as packages with settings report it.
type settingError struct{ path, text string }

func (e settingError) Error() string     { return "auth: Settings." + e.path + ": " + e.text }
func (e settingError) FieldPath() string { return e.path }
func (e settingError) Problem() string   { return e.text }

func ExampleExplain() {
	var s settings
	err := errors.Join(settingError{"Tokens.Access", "longer than a day"}, errors.New("no store"))
	for _, line := range env.Explain(err, "EASY_JWT_", &s) {
		fmt.Println(line)
	}
	// Output:
	// EASY_JWT_ACCESS_TOKEN_LIFETIME: longer than a day
	// no store
}

func TestExplainFindsEveryProblem(t *testing.T) {
	type other struct {
		URL string `env:"URL"`
	}
	leaf := settingError{"Tokens.Leeway", "too\nlarge"}
	plain := errors.New("plain\n  error")
	for _, c := range []struct {
		err  error
		want []string
	}{
		{nil, nil},
		{plain, []string{"plain error"}},
		{leaf, []string{"X_LEEWAY: too large"}},
		{settingError{"URL", "not https"}, []string{"X_URL: not https"}},
		{settingError{"Mount", "bad"}, []string{"auth: Settings.Mount: bad"}},
		{settingError{"Tokens", "bad"}, []string{"auth: Settings.Tokens: bad"}},
		{fmt.Errorf("auth: %w", leaf), []string{"X_LEEWAY: too large"}},
		{fmt.Errorf("auth: %w", plain), []string{"auth: plain error"}},
		{fmt.Errorf("auth: %w: %w", plain, plain), []string{"auth: plain error: plain error"}},
		{fmt.Errorf("auth: %w", errors.Join(plain, errors.New("b"))), []string{"plain error", "b"}},
		{
			errors.Join(errors.Join(plain, leaf), nil, &env.Problem{Name: "X_A", Text: "unknown"}),
			[]string{"plain error", "X_LEEWAY: too large", "X_A: unknown"},
		},
	} {
		if got := env.Explain(c.err, "X_", &settings{}, &other{}); !reflect.DeepEqual(got, c.want) {
			t.Errorf("Explain(%v) = %q, want %q", c.err, got, c.want)
		}
	}
}

func TestNameFollowsThePath(t *testing.T) {
	for path, want := range map[string]string{
		"Tokens.Access": "X_ACCESS_TOKEN_LIFETIME", "Tokens.Reuse": "X_ROTATE_REFRESH_TOKENS", "Key": "X_SIGNING_KEY",
		"Tokens": "", "Mount": "", "Access": "", "": "", "Tokens.Access.X": "",
	} {
		if got, ok := env.Name("X_", &settings{}, path); got != want || ok != (want != "") {
			t.Errorf("Name(%q) = %q, %v, want %q", path, got, ok, want)
		}
	}
}

func TestNamesListsWhatIsKnown(t *testing.T) {
	got := env.Names("X_", &settings{Check: true, Tokens: tokens{Reuse: true}})
	want := []env.Variable{
		{"X_ACCESS_TOKEN_LIFETIME", "5m", "duration"},
		{"X_LEEWAY", "", "duration"},
		{"X_ROTATE_REFRESH_TOKENS", "false", "bool"},
		{"X_AUTH_TOKEN_CLASSES", "access", "list"},
		{"X_SIGNING_KEY", "", "string"},
		{"X_SIGNING_KEY_FILE", "", "file"},
		{"X_NAME", "id", "string"},
		{"X_CHECK", "true", "bool"},
		{"X_LENGTH", "8", "integer"},
		{"X_LIMIT", "", "integer"},
		{"X_LEVEL", "high", "string"},
		{"X_LEVELS", "", "list"},
		{"X_PORTS", "", "list"},
		{"X_DEVICE_LIMIT", "", "integer"},
		{"X_POLICY", "oldest", "string"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("Names = %v, want %v", got, want)
	}
}
