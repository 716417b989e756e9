// Package env fills settings structs from environment variables.
//
//	settings := auth.EasyJWT()
//	if err := env.Load("EASY_JWT_", os.Environ(), &settings); err != nil {
//		for _, line := range env.Explain(err, "EASY_JWT_", &settings) { … }
//	}
//
// [Load] is the usual way, and [Explain] tells what it, or [auth.New] later, finds wrong in the
// words of somebody who sets variables. A [Loader] also knows names that are no more; [Names] lists
// what a program reads, for its help or its tests, and [Name] finds the variable of a field.
//
// # Tags
//
// A field takes part by its tag: env:"NAME" names its variable, less the prefix of all of them.
// Options follow after commas: not (a boolean that is turned round), file (NAME_FILE may name a
// file that holds the value) and later (a setting that is known but not available yet, so that only
// its default is accepted). A tag default:"…" names the default that the settings themselves have:
// nothing is filled in from it, but where it is not zero, an explicit zero is refused. Structs
// inside structs are walked.
//
// # Values
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
// An empty value is the same as none.
//
// # Errors
//
// Everything that is wrong is reported at once, joined, each a [*Problem]. Problems name variables
// and never quote a value, which may be a key; names that nobody knows come with the nearest known
// one. What a type's UnmarshalText says is passed on, unless the variable has the option file.
//
// # Concurrency
//
// The package keeps nothing: calls for different targets may run at once.
//
// [auth.New]: https://pkg.go.dev/github.com/authplug/authplug/core#New
package env
