package sqlstore

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/jmoiron/sqlx"
)

// groupSize is how many writes share a transaction at most.
const groupSize = 64

// errBroken is the outcome of writes whose transaction a panic ended.
var errBroken = errors.New("the transaction broke off")

// group is the door of a database that takes one writer at a time. A write that finds nobody inside
// runs at once, as it is. Those that come meanwhile wait, and the first of them then leads all that
// wait, up to [groupSize], through one transaction: most of what a write costs is its commit. They
// have their answers after it. There is no goroutine that does this: one hand-over each way would
// cost a single writer a third of its speed.
type group struct {
	*sqlx.Conn
	dialect *Dialect
	retry   retrier
	control struct{ begin, commit, rollback, savepoint, undo, release *sqlx.Stmt }

	mu     sync.Mutex
	queue  []*job // the first one leads
	inside int    // how many of the first are in a transaction
}

// job is a write that waits or runs: one statement, or work.
type job struct {
	ctx  context.Context //nolint:containedctx // Another goroutine may run the job.
	stmt *sqlx.Stmt
	args []any
	n    int64 // rows that the statement wrote
	work work

	turn chan bool // tells who waits once: to lead (true), or that err is the outcome
	err  error
}

func openGroup(ctx context.Context, db *sqlx.DB, d *Dialect, r retrier) (*group, error) {
	conn, err := db.Connx(ctx)
	if err != nil {
		return nil, err
	}
	g := &group{Conn: conn, dialect: d, retry: r}
	c := &g.control
	err = prepareOn(ctx, g, d, []query{
		{&c.begin, "BEGIN IMMEDIATE"},
		{&c.commit, "COMMIT"},
		{&c.rollback, "ROLLBACK"},
		{&c.savepoint, "SAVEPOINT job"},
		{&c.undo, "ROLLBACK TO job"},
		{&c.release, "RELEASE job"},
	})
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return g, nil
}

func (g *group) close() error { return g.Close() }

func (g *group) one(ctx context.Context, stmt *sqlx.Stmt, args ...any) (int64, error) {
	j := job{ctx: ctx, stmt: stmt, args: args}
	err := g.pass(&j)
	return j.n, err
}

func (g *group) all(ctx context.Context, w work) error { return g.pass(&job{ctx: ctx, work: w}) }

// pass waits for the outcome of a job. A job that still waits when its context ends leaves; one that
// runs has its outcome soon.
func (g *group) pass(j *job) error {
	if g.join(j) || g.wait(j) {
		g.lead(j)
	}
	return j.err
}

// join enters the queue and reports whether j leads.
func (g *group) join(j *job) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.queue = append(g.queue, j)
	if len(g.queue) == 1 {
		return true
	}
	j.turn = make(chan bool, 1)
	return false
}

// wait returns whether j leads; if not, the outcome is there.
func (g *group) wait(j *job) (lead bool) {
	select {
	case lead = <-j.turn:
		return lead
	case <-j.ctx.Done():
	}
	if g.leave(j) {
		j.err = j.ctx.Err()
		return false
	}
	return <-j.turn
}

// leave takes j out of the queue unless it runs or leads.
func (g *group) leave(j *job) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	i := slices.Index(g.queue, j)
	if i < max(1, g.inside) {
		return false
	}
	g.queue = slices.Delete(g.queue, i, i+1)
	return true
}

// lead runs j, and with it those who wait.
func (g *group) lead(j *job) {
	jobs, whole := []*job{j}, false
	defer func() {
		if !whole {
			g.breakOff(jobs)
		}
		g.handOver(jobs)
	}()
	if !g.othersWait() {
		g.alone(j)
	} else if j.err = g.begin(j.ctx); j.err == nil {
		jobs = g.admit()
		g.together(jobs)
	}
	whole = true
}

// breakOff gives jobs an outcome that nothing else gave them.
func (g *group) breakOff(jobs []*job) {
	_ = g.run(g.control.rollback)
	for _, j := range jobs {
		j.err = errBroken
	}
}

func (g *group) othersWait() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.queue) > 1
}

// admit returns the first of the queue: none of them leaves any more.
func (g *group) admit() []*job {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inside = min(len(g.queue), groupSize)
	return slices.Clone(g.queue[:g.inside])
}

// handOver makes the next in the queue lead and tells the others that their outcome is there.
func (g *group) handOver(jobs []*job) {
	g.mu.Lock()
	g.queue = slices.Delete(g.queue, 0, len(jobs))
	g.inside = 0
	if len(g.queue) > 0 {
		g.queue[0].turn <- true
	}
	g.mu.Unlock()
	for _, j := range jobs[1:] {
		j.turn <- false
	}
}
