package env

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Loader says which variables belong to a program.
type Loader struct {
	// Prefix begins the name of each variable. Without one, variables that no field names are not
	// looked at.
	Prefix string

	// Removed holds the names, without prefix, of variables that are no more, and what to do
	// instead.
	Removed map[string]string
}

// Problem is a variable that cannot be used.
type Problem struct {
	Name string // of the variable, with its prefix
	Text string // what is wrong, without the value
}

// Error returns name and text in one line.
func (p *Problem) Error() string { return p.Name + ": " + p.Text }

// Load fills targets from environ by the rules of [Loader.Load]; environ is usually os.Environ().
func Load(prefix string, environ []string, targets ...any) error {
	return Loader{Prefix: prefix}.Load(environ, targets...)
}

// Load fills targets, which are pointers to structs, from environ, a list of "NAME=value". Fields
// whose variables are not set stay as they are. The error joins a [*Problem] for everything that is
// wrong: fields first, in their order, then removed and unknown names, sorted; fields without
// problems are filled in nevertheless. Targets that share a prefix belong into one call, because
// names that none of them knows are refused.
func (l Loader) Load(environ []string, targets ...any) error {
	set := variables(environ)
	known := map[string]bool{}
	var problems []error
	for _, target := range targets {
		fields, err := fieldsOf(l.Prefix, target)
		if err != nil {
			return err
		}
		for _, f := range fields {
			known[f.variable], known[f.fileVariable()] = true, true
			if p := f.load(set); p != nil && !reported(problems, p) {
				problems = append(problems, p)
			}
		}
	}
	return errors.Join(append(problems, l.strangers(set, known)...)...)
}

// variables leaves out empty values: they count as not set. Of two values the later one counts.
func variables(environ []string) map[string]string {
	set := make(map[string]string, len(environ))
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		delete(set, name)
		if value != "" {
			set[name] = value
		}
	}
	return set
}

// reported keeps a variable that several targets read from being reported by each.
func reported(problems []error, p *Problem) bool {
	return slices.ContainsFunc(problems, func(err error) bool { return err.Error() == p.Error() })
}

// strangers returns the problems of names with the prefix that no field has.
func (l Loader) strangers(set map[string]string, known map[string]bool) []error {
	if l.Prefix == "" {
		return nil
	}
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(set)) {
		if known[name] || !strings.HasPrefix(name, l.Prefix) {
			continue
		}
		text := "unknown"
		if reason, removed := l.Removed[strings.TrimPrefix(name, l.Prefix)]; removed {
			text = "removed: " + reason
		} else if near := nearest(name, known); near != "" {
			text = fmt.Sprintf("unknown; did you mean %s?", near)
		}
		problems = append(problems, &Problem{Name: name, Text: text})
	}
	return problems
}

// load sets the field if its variable is set.
func (f field) load(set map[string]string) *Problem {
	name, text := f.variable, set[f.variable]
	if path := set[f.fileVariable()]; f.file && path != "" {
		if text != "" {
			return &Problem{Name: name, Text: "set together with " + f.fileVariable() + "; set one of them"}
		}
		content, problem := readFile(path)
		if problem != "" {
			return &Problem{Name: f.fileVariable(), Text: problem}
		}
		name, text = f.fileVariable(), content
	}
	if text == "" {
		return nil
	}
	value := reflect.New(f.value.Type()).Elem()
	if problem := f.parse(value, text); problem != "" {
		return &Problem{Name: name, Text: problem}
	}
	f.value.Set(value)
	return nil
}
