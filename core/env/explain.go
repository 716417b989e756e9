package env

import (
	"errors"
	"strings"
)

// fieldError is a problem of a setting, as the packages that own settings report it.
type fieldError interface {
	error
	FieldPath() string // below the settings, such as "Tokens.AccessLifetime"
	Problem() string   // what is wrong, without the path
}

// Explain says what is wrong in the words of somebody who sets variables: one line for each error
// that err joins, in order. An error with the methods FieldPath() string and Problem() string,
// whose field has a variable in one of targets, reads "NAME: problem"; every other one reads as it
// is. A nil err has no lines.
func Explain(err error, prefix string, targets ...any) []string {
	if err == nil {
		return nil
	}
	if parts, ok := joined(err); ok {
		var lines []string
		for _, part := range parts {
			lines = append(lines, Explain(part, prefix, targets...)...)
		}
		return lines
	}
	if f, ok := err.(fieldError); ok { //nolint:errorlint // What it wraps is looked at below.
		return []string{explainField(f, prefix, targets)}
	}
	if inner := errors.Unwrap(err); inner != nil && worthOpening(inner) {
		return Explain(inner, prefix, targets...)
	}
	return []string{oneLine(err.Error())}
}

// joined takes an error of errors.Join apart. An error that wraps several within one sentence stays
// whole.
func joined(err error) ([]error, bool) {
	many, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return nil, false
	}
	var texts []string
	for _, part := range many.Unwrap() {
		texts = append(texts, part.Error())
	}
	return many.Unwrap(), strings.Join(texts, "\n") == err.Error()
}

func worthOpening(err error) bool {
	_, isJoined := joined(err)
	return isJoined || errors.As(err, new(fieldError))
}

func explainField(f fieldError, prefix string, targets []any) string {
	for _, target := range targets {
		if name, ok := Name(prefix, target, f.FieldPath()); ok {
			return oneLine(name + ": " + f.Problem())
		}
	}
	return oneLine(f.Error())
}
