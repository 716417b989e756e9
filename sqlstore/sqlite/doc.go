// Package sqlite opens an SQLite file as a store:
//
//	store, err := sqlite.Open(ctx, "app.db")
//	defer store.Close()
//	service, err := auth.New(settings, auth.In(store))
//
// The file is made if it is not there, readable by its owner only, and its schema is brought up to
// date. [Open] says what can be set: how durable a write is, how long it waits for another process,
// how many readers there are.
//
// # When to use it
//
// One machine, one file: a server with its workers, a tool, a test that wants a database. Reads do
// not wait for writes, which happen one after another. Several processes may use one file, on a
// file system of the machine itself, and the application's own tables may lie in it too.
//
// Use package memstore for tests that need no file, and an application's own table behind
// auth.UserStore where users are there already.
//
// # Errors and concurrency
//
// Those of package sqlstore, whose [sqlstore.Store] this is.
//
// The package brings the driver github.com/mattn/go-sqlite3, which needs cgo and a C compiler.
package sqlite
