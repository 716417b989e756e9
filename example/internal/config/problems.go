package config

import (
	"regexp"
	"slices"
	"strings"

	"github.com/authplug/authplug/core/env"
)

// Problems are what is wrong with the environment, each in one line that begins with the name of a
// variable.
type Problems []string

// Error returns all lines.
func (p Problems) Error() string { return strings.Join(p, "\n") }

// joined returns the problems as an error, nil if there are none.
func (p Problems) joined() error {
	if len(p) == 0 {
		return nil
	}
	return p
}

func (p *Problems) add(err error, targets ...any) {
	*p = append(*p, env.Explain(err, Prefix, targets...)...)
}

// name reports whether one of the problems is of a variable.
func (p Problems) name(variable string) bool {
	return slices.ContainsFunc(p, func(line string) bool { return strings.HasPrefix(line, variable+":") })
}

// addNew adds problems of variables that have none yet: a value that could not be read is missing
// as well, and need not be reported twice. A value that came from a file is the problem of the
// variable that names the file.
func (p *Problems) addNew(err error, environ []string, targets ...any) {
	known := slices.Clone(*p)
	for _, line := range env.Explain(err, Prefix, targets...) {
		line = strings.Replace(line, "auth: Settings.Signing.Keys:", keysFile+":", 1)
		line = strings.Replace(line, "auth: Settings.PublicURL:", "PUBLIC_URL:", 1)
		line = strings.Replace(line, "auth: Settings.Pages:", Prefix+"PAGES:", 1)
		name, text, _ := strings.Cut(line, ":")
		if known.name(name) || known.name(name+"_FILE") {
			continue
		}
		if isSet(environ, name+"_FILE") {
			line = name + "_FILE:" + text
		}
		*p = append(*p, inVariables(line, targets))
	}
}

// fieldName is a field of settings, or below one.
var fieldName = regexp.MustCompile(`\b([A-Z][A-Za-z]+\.)?[A-Z][A-Za-z]+\b`)

// inVariables calls the fields that a line names by their variables: a user of the program knows no
// others.
func inVariables(line string, targets []any) string {
	return fieldName.ReplaceAllStringFunc(line, func(field string) string {
		switch field {
		case "AllowInsecure":
			return "DEV=true" // which sets it
		case "PublicURL":
			return "PUBLIC_URL"
		case "URL":
			return field // a word of its own
		}
		for _, target := range targets {
			if name, ok := env.Name(Prefix, target, field); ok {
				return name
			}
		}
		return field
	})
}

// problem is one thing wrong with a variable.
func problem(name, text string) error { return &env.Problem{Name: name, Text: text} }

// isSet reports whether a variable has a value; an empty one counts as none.
func isSet(environ []string, name string) bool {
	return slices.ContainsFunc(environ, func(entry string) bool {
		value, ok := strings.CutPrefix(entry, name+"=")
		return ok && value != ""
	})
}
