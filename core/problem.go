package auth

import (
	"errors"
	"fmt"

	"github.com/authplug/authplug/core/password"
)

// Problem is one thing wrong with a [Settings] value. [New] returns all of them, joined.
type Problem struct {
	field string
	text  string
}

// Error returns the field's path below Settings and what to do about it.
func (p *Problem) Error() string { return "auth: Settings." + p.field + ": " + p.text }

// FieldPath returns the field's path below Settings, such as "Tokens.AccessLifetime".
func (p *Problem) FieldPath() string { return p.field }

// Problem returns what is wrong and the fix, without the field's name.
func (p *Problem) Problem() string { return p.text }

// problems collects what is wrong with a configuration.
type problems []error

func (ps *problems) add(field, format string, args ...any) {
	*ps = append(*ps, &Problem{field: field, text: fmt.Sprintf(format, args...)})
}

func (ps problems) joined() error { return errors.Join(ps...) }

// passwordFields are what the fields of package password are called in [PasswordSettings].
var passwordFields = map[string]string{"Algorithm": "Hasher", "minLength": "MinLength", "more": "Rules"}

// addPassword adds what package password found wrong.
func (ps *problems) addPassword(err error) {
	for _, e := range leaves(err) {
		var c *password.ConfigError
		if !errors.As(e, &c) {
			ps.add("Passwords", "%v", e)
			continue
		}
		field := c.Field
		if name, ok := passwordFields[field]; ok {
			field = name
		}
		ps.add("Passwords."+field, "%s", c.Problem)
	}
}

// leaves takes joined errors apart, but not an error that wraps several and has a text of its own.
func leaves(err error) []error {
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok || err.Error() != errors.Join(joined.Unwrap()...).Error() {
		return []error{err}
	}
	var all []error
	for _, e := range joined.Unwrap() {
		all = append(all, leaves(e)...)
	}
	return all
}
