package rediscache

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	auth "github.com/authplug/authplug/core"
)

// Cache is a cache and a limiter in Redis. It is safe for concurrent use, and does not close its
// client.
type Cache struct {
	client redis.Scripter
	reader redis.Cmdable
	prefix string
}

var (
	_ auth.Cache   = (*Cache)(nil)
	_ auth.Limiter = (*Cache)(nil)
)

// Option changes a [Cache].
type Option func(*Cache)

// Prefix begins all keys. Services with users of their own need prefixes of their own. Defaults to
// "auth:".
func Prefix(prefix string) Option { return func(c *Cache) { c.prefix = prefix } }

// New returns a cache in the Redis of a client, which may be of one server, of a cluster or of
// sentinels. It asks nothing yet.
func New(client redis.UniversalClient, options ...Option) *Cache {
	c := &Cache{client: client, reader: client, prefix: "auth:"}
	for _, option := range options {
		option(c)
	}
	return c
}

// number is the key of a number. Limiters have keys of other kinds.
func (c *Cache) number(key string) string { return c.prefix + "n:" + key }

// Get implements [auth.Cache]. What is no number counts as none.
func (c *Cache) Get(ctx context.Context, key string) (n int64, ok bool, err error) {
	text, err := c.reader.Get(ctx, c.number(key)).Result()
	if errors.Is(err, redis.Nil) || isWrongType(err) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, err
	}
	n, err = strconv.ParseInt(text, 10, 64)
	return n, err == nil, nil // garbage is no outage
}

func isWrongType(err error) bool { return redis.HasErrorPrefix(err, "WRONGTYPE") }

// raise compares decimal texts without converting them: Lua's numbers hold 53 bits. The larger number
// stays, and of two that are the same the one that ends later.
var raise = redis.NewScript(`
local held = redis.call('TYPE', KEYS[1]).ok == 'string' and redis.call('GET', KEYS[1]) or ''
if not string.match(held, '^%d+$') then held = '' end
local n = ARGV[1]
local larger = #held > #n or (#held == #n and held > n)
if larger then return 0 end
if held == n and redis.call('PTTL', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
redis.call('SET', KEYS[1], n, 'PX', ARGV[2])
return 1
`)

// Raise implements [auth.Cache]. A negative number is an error, and a time below a millisecond nothing
// to remember.
func (c *Cache) Raise(ctx context.Context, key string, n int64, ttl time.Duration) error {
	if n < 0 {
		return errors.New("rediscache: a negative number")
	}
	if ttl < time.Millisecond {
		return nil
	}
	return raise.Run(ctx, c.client, []string{c.number(key)}, n, ttl.Milliseconds()).Err()
}
