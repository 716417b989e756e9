package config

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/redis/go-redis/v9"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/memstore"
	"github.com/authplug/authplug/rediscache"
	"github.com/authplug/authplug/sqlstore"
	"github.com/authplug/authplug/sqlstore/mysql"
	"github.com/authplug/authplug/sqlstore/postgres"
	"github.com/authplug/authplug/sqlstore/sqlite"
)

// Store is a store that ends with the program.
type Store interface {
	auth.Store
	io.Closer
}

// memory is the value of STORE that keeps everything in the process.
const memory = "memory:"

// InMemory reports whether the store is gone when the program ends.
func (c *Config) InMemory() bool { return c.Store == memory }

// sqliteFile returns the name of the database in a value of STORE.
func sqliteFile(store string) (name string, ok bool) { return strings.CutPrefix(store, "sqlite:") }

// checkStore judges a value of STORE without opening it. It quotes nothing: there may be a
// password in it.
func checkStore(store string) error {
	name, isSQLite := sqliteFile(store)
	switch {
	case store == memory:
		return nil
	case isSQLite && (name == "" || strings.HasPrefix(name, ":")):
		return errors.New("names no file: write sqlite:PATH")
	case isSQLite, opener(store) != nil:
		return nil
	}
	return errors.New("no store: write sqlite:PATH, postgres://USER:PASSWORD@HOST:PORT/DATABASE, " +
		"mysql://USER:PASSWORD@HOST:PORT/DATABASE, or memory: to keep nothing")
}

// opener returns what opens a database on a server, or nil.
func opener(store string) func(context.Context, string) (*sqlstore.Store, error) {
	switch scheme, _, _ := strings.Cut(store, "://"); scheme {
	case "postgres", "postgresql":
		return postgres.Open
	case "mysql":
		return mysql.Open
	}
	return nil
}

// checkCache judges a value of CACHE. It quotes nothing: there may be a password in it.
func checkCache(cache string) error {
	scheme, _, hasScheme := strings.Cut(cache, "://")
	switch {
	case cache == "" || cache == memory:
		return nil // what is kept in the process is kept there either way
	case hasScheme && (scheme == "redis" || scheme == "rediss"):
		if _, err := redis.ParseURL(cache); err != nil {
			return errors.New("no address of a Redis: write redis://HOST:PORT, or rediss:// with TLS")
		}
		return nil
	}
	return errors.New("no cache: write memory:, or redis://HOST:PORT")
}

// cacheEntries is the size of a cache in the process, of 32 bytes each.
const cacheEntries = 100_000

// useCache lets the service spare its store questions. What is in Redis other processes know as well.
func (c *Config) useCache() {
	switch c.Cache {
	case "":
	case memory:
		c.Settings.Revocation.Cache = auth.NewMemoryCache(cacheEntries, nil)
	default:
		options, err := redis.ParseURL(c.Cache)
		if err != nil {
			return // it was checked
		}
		shared := rediscache.New(redis.NewClient(options))
		c.Settings.Revocation.Cache, c.Settings.Throttle.Limiter = shared, shared
	}
}

// Open opens the store, keeps the key of development mode beside it and makes the service. [Problems]
// say that a variable is to blame. The caller closes the store.
func (c *Config) Open(ctx context.Context) (*auth.Service, Store, error) {
	var problems Problems
	store, err := OpenStore(ctx, c.Store)
	if err != nil {
		problems.add(problem("STORE", err.Error()))
		return nil, nil, problems
	}
	service, err := c.newService(store)
	if err != nil {
		problems.add(err, c.targets...)
		return nil, nil, errors.Join(problems, store.Close())
	}
	return service, store, nil
}

// Rehearse returns a service with the same settings that forgets everything.
func (c *Config) Rehearse() (*auth.Service, error) { return c.makeService(auth.In(memstore.New())) }

// OpenStore opens what a value of STORE names. The caller closes it.
func OpenStore(ctx context.Context, store string) (Store, error) {
	if name, ok := sqliteFile(store); ok {
		return sqlite.Open(ctx, name)
	}
	if open := opener(store); open != nil {
		return open(ctx, store)
	}
	return memoryStore{memstore.New()}, nil
}

func (c *Config) newService(store Store) (*auth.Service, error) {
	if c.key != nil {
		text, err := c.key.keep()
		if err != nil {
			return nil, problem("STORE", fmt.Sprintf("the key of development mode cannot be kept: %v", err))
		}
		c.Settings.Signing.Key = auth.Secret(text)
	}
	c.useCache()
	if limiter, ok := store.(auth.Limiter); ok && c.Settings.Throttle.Limiter == nil {
		c.Settings.Throttle.Limiter = limiter // other processes and the next start count on
	}
	return c.makeService(auth.In(store))
}

// memoryStore has nothing to close.
type memoryStore struct{ *memstore.Store }

// Close implements io.Closer.
func (memoryStore) Close() error { return nil }
