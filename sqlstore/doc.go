// Package sqlstore keeps users, sessions and revoked tokens in an SQL database. It has the queries
// and the schema; the packages below it bring a driver and an Open each: sqlstore/sqlite,
// sqlstore/postgres and sqlstore/mysql, which is for MariaDB too.
//
//	store, err := sqlite.Open(ctx, "app.db")
//
// Use one of them. This package itself is for who opens pools of connections in a way of its own,
// or brings another database: [New] takes two pools and a [Dialect], the words of its schema and
// how its driver reports duplicates. Package storetest proves the result.
//
// # Schema
//
// [New] brings it up to date and refuses one of a newer release. All tables are named auth_…; times
// are integer milliseconds in UTC; tokens are stored nowhere, only their ids. Several processes may
// use one database.
//
// # Errors
//
// Methods return the sentinels of package auth, such as [auth.ErrNotFound] and [auth.ErrConflict];
// every other error is the driver's or the context's, wrapped, and the service answers it with 503.
//
// # Concurrency
//
// A [Store] is safe for concurrent use. What two requests can race for is decided by one statement,
// or in one transaction that begins with a lock row of the user: never by a read before a write.
// Past sessions stay until [Store.DeleteExpired] removes them, in portions.
package sqlstore
