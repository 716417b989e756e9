// Package mysql opens a MySQL or MariaDB database as a store:
//
//	store, err := mysql.Open(ctx, "mysql://app:secret@db.example.com/app")
//	defer store.Close()
//	service, err := auth.New(settings, auth.In(store))
//
// The schema is brought up to date; several processes may start at once. [Open] says what can be set.
//
// # When to use it
//
// In production: several processes of a service, on several machines, with one database, which may
// be the application's own. MySQL 8 and newer, MariaDB 10.11 and newer; the tables are InnoDB's.
//
// # Durability
//
// What is answered was committed. Whether it then survives a crash of the server is the server's
// setting innodb_flush_log_at_trx_commit: with another value than 1 it may lose the last second
// before one, among it rotations and logouts. Leave it at 1.
//
// # Errors and concurrency
//
// Those of package sqlstore, whose [sqlstore.Store] this is. The package brings the driver
// github.com/go-sql-driver/mysql.
package mysql
