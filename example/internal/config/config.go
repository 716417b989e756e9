// Package config reads what an example program is told by its environment, and opens what it names.
//
// Variables without prefix are about the program: where it listens, which framework and store it
// uses. Those with [Prefix] are the settings of the library; package env fills them in.
package config

import (
	"errors"
	"log/slog"
	"net/netip"
	"slices"
	"strings"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/env"
	"github.com/authplug/authplug/memstore"
)

// Prefix begins the names of the library's settings.
const Prefix = "EASY_JWT_"

// Program is what differs between the example programs.
type Program struct {
	Name  string
	Addr  string // default of ADDR
	Store string // default of STORE

	// New makes the service, such as [auth.New].
	New func(auth.Settings, auth.Stores) (*auth.Service, error)
}

// Config is what a program was told.
type Config struct {
	Addr             string
	Framework        string // "gin" or "echo"
	Store            string
	PublicURL        string // empty: http:// and the address listened on
	TrustedProxies   []netip.Prefix
	LogLevel         slog.Level
	Dev              bool
	ThrottleDisabled bool
	Settings         auth.Settings

	program Program
	key     *devKey // nil: the key was given
}

// Load reads the environment. It reports everything that is wrong at once, one line each, which
// begins with the name of a variable; nothing has been opened or made by then.
func Load(p Program, environ []string) (*Config, []string) {
	server := newServer(p)
	more := names{Settings: auth.EasyJWT()}
	targets := more.targets()
	problems := lines{}
	problems.add(env.Load("", environ, &server))
	problems.add(env.Loader{Prefix: Prefix, Removed: removed}.Load(environ, targets...))
	problems.add(server.check())

	c := &Config{
		Addr: server.Addr, Framework: server.Framework, Store: server.Store,
		PublicURL: server.PublicURL, TrustedProxies: server.proxies(),
		LogLevel: levels[server.LogLevel], ThrottleDisabled: more.Switches.ThrottleDisabled,
		Settings: more.Settings, program: p,
	}
	keyGiven := slices.ContainsFunc(keyVariables, func(name string) bool { return isSet(environ, Prefix+name) })
	// Without an address nobody can tell; asking for a key then would be a second problem of one.
	c.Dev = server.Dev.or(!keyGiven && (isLoopback(server.Addr) || !isAddress(server.Addr)))
	c.Settings.Signing.AllowSampleKey = c.Dev
	if c.Dev && !keyGiven {
		problems.add(c.prepareKey())
	}
	problems.addNew(c.dryRun(), environ, targets...)
	if !problems.name(Prefix + "ALGORITHM") {
		problems.add(c.key.judge())
	}
	return c, problems
}

// dryRun asks the library what it thinks of the settings, before anything is opened.
func (c *Config) dryRun() error {
	_, err := c.program.New(c.Settings, auth.In(memstore.New()))
	return err
}

// lines are problems, each in one line.
type lines []string

func (l *lines) add(err error) { *l = append(*l, env.Explain(err, Prefix)...) }

// name reports whether one of the problems is of a variable.
func (l lines) name(variable string) bool {
	return slices.ContainsFunc(l, func(line string) bool { return strings.HasPrefix(line, variable+":") })
}

// addNew adds problems of variables that have none yet: a value that could not be read is missing
// as well, and need not be reported twice. A value that came from a file is the problem of the
// variable that names the file.
func (l *lines) addNew(err error, environ []string, targets ...any) {
	known := slices.Clone(*l)
	for _, line := range env.Explain(err, Prefix, targets...) {
		name, text, _ := strings.Cut(line, ":")
		if known.name(name) || known.name(name+"_FILE") {
			continue
		}
		if isSet(environ, name+"_FILE") {
			line = name + "_FILE:" + text
		}
		*l = append(*l, line)
	}
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

var errUnavailable = errors.New("not available yet")
