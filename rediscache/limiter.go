package rediscache

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"

	auth "github.com/authplug/authplug/core"
)

// attempts is the key of a list of times.
func (c *Cache) attempts(key string) string { return c.prefix + "a:" + key }

// hit keeps the times of the attempts that count, in milliseconds and oldest first. Those in the
// future, of a clock that was set back, count as now.
var hit = redis.NewScript(`
local limit, per, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local counted = {}
if redis.call('TYPE', KEYS[1]).ok == 'list' then
  for _, text in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do
    local t = math.min(tonumber(text) or 0, now)
    if now - t < per then counted[#counted + 1] = t end
  end
end
if #counted >= limit then
  return counted[#counted - limit + 1] + per - now
end
counted[#counted + 1] = now
redis.call('DEL', KEYS[1])
for _, t in ipairs(counted) do redis.call('RPUSH', KEYS[1], string.format('%.0f', t)) end
redis.call('PEXPIRE', KEYS[1], per)
return 0
`)

// Hit implements [auth.Limiter].
func (c *Cache) Hit(ctx context.Context, key string, r auth.Rate, now time.Time) (time.Duration, error) {
	wait, err := hit.Run(ctx, c.client, []string{c.attempts(key)}, r.Limit, r.Per.Milliseconds(), now.UnixMilli()).Int64()
	return time.Duration(wait) * time.Millisecond, err
}

// Forget implements [auth.Limiter].
func (c *Cache) Forget(ctx context.Context, key string) error {
	return c.reader.Del(ctx, c.attempts(key)).Err()
}
