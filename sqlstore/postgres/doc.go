// Package postgres opens a PostgreSQL database as a store:
//
//	store, err := postgres.Open(ctx, "postgres://app:secret@db.example.com/app")
//	defer store.Close()
//	service, err := auth.New(settings, auth.In(store))
//
// The schema is brought up to date; several processes may start at once. [Open] says what can be set.
//
// # When to use it
//
// In production: several processes of a service, on several machines, with one database, which may
// be the application's own. PostgreSQL 12 and newer; of the databases that speak its protocol, those
// that have its identity columns and its stored generated columns. What such a database cannot
// serialize is tried again.
//
// # Durability
//
// What is answered was committed. Whether it then survives a crash of the server is the server's
// setting synchronous_commit: with "off" it may lose the last moments before one, among them
// rotations and logouts. Leave it on.
//
// # Poolers
//
// Statements are prepared. A pooler between the service and the database must keep them: PgBouncer
// does from 1.21 on with max_prepared_statements, older ones only with pool_mode = session.
//
// # Errors and concurrency
//
// Those of package sqlstore, whose [sqlstore.Store] this is. The package brings the driver
// github.com/jackc/pgx/v5.
package postgres
