// Package storetest is the contract of every [auth.Store] as a test: whoever writes a store runs
// it, under the race detector too.
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) auth.Store { return mystore.New() })
//	}
//
// [Run] is for a whole store. An application that puts its own table of users behind
// [auth.UserStore], and keeps sessions elsewhere, takes [RunUsers]. Optional abilities, such as
// [auth.UserLister], are tested where a store has them.
//
// # What it asks
//
// Nothing that the comments of the interfaces do not promise: every field comes back, unique values
// are unique, stale versions are conflicts, admission never goes over its limit, and of concurrent
// callers of one verb exactly as many win as its comment says. Texts are hostile, times have
// milliseconds, and canceled contexts change nothing.
//
// The subject model compares a store with a model of it, which is a list and a few lines for each
// method. Long runs of drawn calls must be answered as by the model, to the order of lists and the
// liveness at each time. Then, in many short rounds, some callers make drawn calls at once, read
// and swap, fight about the same few names, sessions and tokens, and hang up in the middle; for all
// that they were told there must be an order in which the model says the same, and in which no call
// comes before one that had ended when it began (the history is linearizable). A call that failed
// may have been done, at any time, or not. A failure shows the history, and the seed with which
// STORETEST_SEED draws the same calls again; how they meet is up to the machine. STORETEST_LONG=100
// makes the runs a hundred times as long.
//
// # What it needs
//
// The function that it is given returns an empty store for each claim, and closes it with
// t.Cleanup; a database may be shared if each store gets tables of its own. The suite never
// sleeps, and every time is an argument: the clock says only for how long a model is compared.
// Claims are subtests named by a sentence, so that go test -run finds one of them.
//
// A store that passes can still be slow, or lose what a power cut interrupts: measure the one, and
// read your database's manual about the other.
//
// # What users of a store need
//
// [Faults] wraps any store and fails, panics or pauses on command: it is for tests of code that
// must leave nothing half done.
package storetest
