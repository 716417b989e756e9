package remote

import (
	"errors"
	"fmt"
)

// Problem is one thing wrong with a [Settings] value. [New] and [NewClient] return all of them,
// joined.
type Problem struct {
	field string
	text  string
}

// Error returns the field's path below Settings and what to do about it.
func (p *Problem) Error() string { return "remote: Settings." + p.field + ": " + p.text }

// FieldPath returns the field's path below Settings, such as "Paths.Token".
func (p *Problem) FieldPath() string { return p.field }

// Problem returns what is wrong and the fix, without the field's name. It quotes no URL, which may
// hold a password.
func (p *Problem) Problem() string { return p.text }

// problems collects what is wrong with settings.
type problems []error

func (ps *problems) add(field, format string, args ...any) {
	*ps = append(*ps, &Problem{field: field, text: fmt.Sprintf(format, args...)})
}

func (ps problems) joined() error { return errors.Join(ps...) }
