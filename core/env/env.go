// Package env fills settings structs from environment variables.
//
// A field takes part by its tag: env:"NAME" names its variable, less the prefix of all of them.
// Options follow after commas: not (a boolean that is turned round), file (NAME_FILE may name a
// file that holds the value) and later (a setting that is known but not available yet, so that only
// its default is accepted). A tag default:"…" names the default that the settings themselves have:
// nothing is filled in from it, but where it is not zero, an explicit zero is refused. Structs
// inside structs are walked.
//
// What a variable may hold depends on the type of its field:
//
//   - string types: the text as it is;
//   - bool: true or false, in any letter case;
//   - integers: decimal, not negative;
//   - time.Duration: Go's form ("5m", "1.5h") or plain seconds ("90", "1.5"), not negative;
//   - types with UnmarshalText: what that accepts;
//   - slices of all these: items between commas, white space around them removed, none of them empty.
//
// An empty value is the same as none. Problems name variables and never quote a value, which may be
// a key. What a type's UnmarshalText says is passed on, unless the variable has the option file.
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
