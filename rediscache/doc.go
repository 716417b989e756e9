// Package rediscache keeps in Redis what the processes of a service should know of each other: which
// tokens were revoked ([auth.Cache]), and how often somebody has tried ([auth.Limiter]).
//
//	shared := rediscache.New(redis.NewClient(&redis.Options{Addr: "localhost:6379"}))
//	settings.Revocation.Cache, settings.Throttle.Limiter = shared, shared
//
// Nothing in Redis is the only copy of anything: without it the store is asked, and attempts are
// counted in the process. Values are numbers and times, keys hold ids and hashes, so that whoever
// reads them finds no token, address or name. Whoever writes them can let revoked tokens live for
// [auth.RevocationSettings.CacheTTL]: protect it like the database.
package rediscache
