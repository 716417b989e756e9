// Package app makes an example program of a service: its subcommands, logs and serving.
package app

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/example/internal/config"
)

// Exit statuses.
const (
	exitOK      = 0
	exitRefused = 1 // the input was refused, or something failed
	exitUsage   = 2 // bad arguments or settings
)

// invocation is one run of a program: what it reads and where it writes.
type invocation struct {
	program     config.Program
	args        []string // of the subcommand
	environ     []string
	in          io.Reader
	out, errOut io.Writer
}

// command is a subcommand.
type command struct {
	name, about string
	run         func(context.Context, *invocation) error
}

var commands = []command{
	{"serve", "answers requests (the default)", serve},
	{"healthcheck", "asks the process that serves here whether it is ready, or with --live whether it answers", healthcheck},
	{"createsuperuser", "adds a user who may do everything; the password is read from standard input", createSuperuser},
	{"createuser", "adds a user; the password is read from standard input", createUser},
	{"setuser", "changes a user", setUser},
	{"import-django", "brings users and the blacklist of a Django database into the store", importDjango},
	{"newkey", "prints a set of one new key, for EASY_JWT_KEYS_FILE", newKey},
	{"flushexpiredtokens", "removes sessions and blacklist entries that are past", flushExpired},
}

// Main runs the program with the arguments, the environment and the streams of the process, and
// returns its exit status.
func Main(p config.Program) int {
	in := &invocation{
		program: p, args: os.Args[1:], environ: os.Environ(),
		in: os.Stdin, out: os.Stdout, errOut: os.Stderr,
	}
	return in.status(in.dispatch(context.Background()))
}

func (in *invocation) dispatch(ctx context.Context) error {
	name := "serve"
	if len(in.args) > 0 && !strings.HasPrefix(in.args[0], "-") {
		name, in.args = in.args[0], in.args[1:]
	} else if len(in.args) > 0 && isHelp(in.args[0]) {
		in.usage(in.out)
		return nil
	}
	for _, c := range commands {
		if c.name == name {
			return c.run(ctx, in)
		}
	}
	in.usage(in.errOut)
	return usageError(fmt.Sprintf("there is no command %q", name))
}

func isHelp(arg string) bool { return slices.Contains([]string{"-h", "-help", "--help"}, arg) }

func (in *invocation) usage(w io.Writer) {
	_, _ = fmt.Fprintf(w, "Usage: %s [command] [flags]\n\n", in.program.Name)
	for _, c := range commands {
		_, _ = fmt.Fprintf(w, "  %-19s %s\n", c.name, c.about)
	}
}

// flags returns an empty set of flags for a subcommand.
func (in *invocation) flags(name string) *flag.FlagSet {
	set := flag.NewFlagSet(in.program.Name+" "+name, flag.ContinueOnError)
	set.SetOutput(in.errOut)
	return set
}

// parse reads the flags; a subcommand takes nothing else.
func (in *invocation) parse(set *flag.FlagSet) error {
	if err := set.Parse(in.args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return usageError("") // the set has said it
	}
	if set.NArg() > 0 {
		return usageError(fmt.Sprintf("unexpected argument %q", set.Arg(0)))
	}
	return nil
}

// load reads the environment.
func (in *invocation) load() (*config.Config, error) {
	return config.Load(in.program, in.environ)
}

// usageError is a mistake in the arguments.
type usageError string

func (e usageError) Error() string { return string(e) }

// status tells a person what went wrong and returns the exit status.
func (in *invocation) status(err error) int {
	var (
		usage    usageError
		settings config.Problems
	)
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return exitOK
	case errors.As(err, &usage):
		if usage != "" {
			in.say(in.program.Name + ": " + string(usage))
		}
		return exitUsage
	case errors.As(err, &settings):
		in.say(settings...)
		return exitUsage
	}
	for _, line := range refusal(err) {
		in.say(in.program.Name + ": " + line)
	}
	return exitRefused
}

func (in *invocation) say(lines ...string) {
	for _, line := range lines {
		_, _ = fmt.Fprintln(in.errOut, line)
	}
}

// refusal puts what the service says into words for a person, a line for each field.
func refusal(err error) []string {
	var refused *auth.Error
	if !errors.As(err, &refused) {
		return []string{err.Error()}
	}
	var fields map[string][]string
	body, _ := json.Marshal(refused.Response().Body)
	if json.Unmarshal(body, &fields) != nil {
		return []string{err.Error()}
	}
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		for _, text := range fields[name] {
			lines = append(lines, name+": "+text)
		}
	}
	return lines
}
