// Package memstore keeps everything that an authentication service keeps in the memory of one
// process: for tests, trials and programs of a single process.
//
//	service, err := auth.New(settings, auth.In(memstore.New()))
//
// Everything is gone at restart, users as well. Where users must stay, use package sqlite, which
// takes one line as well; where they are in a table of the application's own, a memstore for the
// sessions beside it only logs everybody out at restart:
//
//	stores := auth.Stores{Users: members, Sessions: memory, Tokens: memory}
//
// # What it keeps
//
// A [Store] has all interfaces of [auth.Store], and [auth.UserLister]. It behaves as a database
// does, and passes the same tests: it returns copies, keeps none of its arguments, and keeps times
// in UTC and in whole milliseconds. Ids of users count up from 1.
//
// Memory grows with the users, and with sessions and revoked tokens until [Store.DeleteExpired]
// removes those that are past: call it now and then in a program that runs for long.
//
// # Errors and concurrency
//
// Methods return the sentinels of package auth and, if their context is done, its error; nothing
// has changed then. All of them are safe for concurrent use, and atomic.
//
// The examples here are those of package auth that need a store.
package memstore
