// Package config reads what an example program is told by its environment, and opens what it names.
//
// Variables without prefix are about the program: where it listens, which framework and store it
// uses. Those with [Prefix] are the settings of the library; package env fills them in. What kind
// of service it is, and so which of them it reads, a [Kind] says.
package config

import (
	"log/slog"
	"slices"
	"time"

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

	// Kind returns the kind of its service with the defaults of what only that reads.
	Kind func() Kind

	// Routes choose among the endpoints of the service. Defaults to all.
	Routes []auth.RouteOption
}

// Config is what a program was told.
type Config struct {
	Addr             string
	Framework        string // "gin" or "echo"
	Store            string
	Cache            string
	PublicURL        string // empty: http:// and the address listened on
	LogLevel         slog.Level
	StopDelay        time.Duration
	Dev              bool
	ThrottleDisabled bool
	KeysFile         string // empty: the keys are in Settings
	Settings         auth.Settings

	kind    Kind
	targets []any   // what the variables with Prefix fill
	key     *devKey // nil: the key was given, or none is needed
}

// Load reads the environment. It reports everything that is wrong at once, as [Problems]; nothing
// has been opened or made by then.
func Load(p Program, environ []string) (*Config, error) {
	server, more := newServer(p), names{Settings: auth.EasyJWT(), kind: p.Kind()}
	targets := more.targets()
	var problems Problems
	problems.add(env.Load("", environ, &server))
	problems.add(env.Loader{Prefix: Prefix, Removed: removed}.Load(environ, targets...))
	problems.add(server.check())

	c := &Config{
		Addr: server.Addr, Framework: server.Framework, Store: server.Store, Cache: server.Cache,
		PublicURL: server.PublicURL,
		LogLevel:  levels[server.LogLevel], StopDelay: server.StopDelay, ThrottleDisabled: more.Switches.ThrottleDisabled,
		KeysFile: more.Switches.KeysFile,
		Settings: more.Settings, kind: more.kind, targets: targets,
	}
	c.Settings.TrustedProxies = server.proxies()
	c.Settings.Throttle.Disabled = c.ThrottleDisabled
	keyGiven := slices.ContainsFunc(keyVariables, func(name string) bool { return isSet(environ, Prefix+name) })
	// Without an address nobody can tell; asking for a key then would be a second problem of one.
	c.Dev = server.Dev.or(!keyGiven && (isLoopback(server.Addr) || !isAddress(server.Addr)))
	c.Settings.Signing.AllowSampleKey = c.Dev
	if c.Dev && !keyGiven && c.kind.Signs() {
		problems.add(c.prepareKey())
	}
	problems.add(c.prepareKeys(environ))
	problems.add(c.prepareEncryption(more.Switches.EncryptKey))
	problems.add(c.prepareMail(server.SMTPURL, server.MailFrom))
	problems.add(c.prepareBrowsers(&more.Aliases))
	problems.addNew(c.dryRun(), environ, targets...)
	problems.add(c.kind.Check(c))
	if !problems.name(Prefix + "ALGORITHM") {
		problems.add(c.key.judge())
	}
	return c, problems.joined()
}

// dryRun asks the library what it thinks of the settings, before anything is opened.
func (c *Config) dryRun() error {
	_, err := c.makeService(auth.In(memstore.New()))
	return err
}

func (c *Config) makeService(stores auth.Stores) (*auth.Service, error) {
	return c.kind.New(c.Settings, stores, c.Dev)
}

// Issuers are those whose users the service has, itself being "".
func (c *Config) Issuers() []string { return c.kind.Issuers(c.Settings) }

// Waits returns how long a request may wait for other services.
func (c *Config) Waits() time.Duration { return c.kind.Waits() }
