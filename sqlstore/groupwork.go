package sqlstore

import (
	"context"

	"github.com/jmoiron/sqlx"
)

// together runs jobs in the transaction that was begun. Where one fails in a way that may have ended
// the transaction, or the commit fails, all of it is undone and each runs alone.
func (g *group) together(jobs []*job) {
	for _, j := range jobs {
		if !g.within(j) {
			g.apart(jobs)
			return
		}
	}
	if g.run(g.control.commit) != nil {
		g.apart(jobs)
	}
}

func (g *group) apart(jobs []*job) {
	_ = g.run(g.control.rollback) // an error says that it was rolled back
	for _, j := range jobs {
		g.alone(j)
	}
}

// within runs a job in a transaction with others and reports whether they can go on. A job that
// failed has left nothing.
func (g *group) within(j *job) bool {
	if j.err = j.ctx.Err(); j.err != nil {
		return true
	}
	if j.work == nil { // a statement undoes itself
		j.err = j.runStatement()
		return j.err == nil || g.dialect.Duplicate(j.err)
	}
	if g.run(g.control.savepoint) != nil {
		return false
	}
	if j.err = j.runWork(); j.err != nil && g.run(g.control.undo) != nil {
		return false
	}
	return g.run(g.control.release) == nil
}

// alone runs a job in a transaction of its own.
func (g *group) alone(j *job) {
	if j.err = j.ctx.Err(); j.err != nil {
		return
	}
	if j.work == nil {
		j.err = g.retry.do(j.ctx, j.runStatement)
		return
	}
	if j.err = g.begin(j.ctx); j.err != nil {
		return
	}
	if j.err = j.runWork(); j.err == nil {
		j.err = g.run(g.control.commit)
	}
	if j.err != nil {
		_ = g.run(g.control.rollback)
	}
}

// begin takes the database's lock. Whoever comes while it waits is of the transaction.
func (g *group) begin(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return g.retry.do(ctx, func() error { return g.run(g.control.begin) })
}

func (g *group) run(stmt *sqlx.Stmt) error {
	_, err := stmt.ExecContext(context.Background())
	return err
}

// A job that runs is not broken off with its context: that would end the transaction of the others,
// and leave nobody knowing what became of it.

func (j *job) runStatement() (err error) {
	j.n, err = rowsOf(j.stmt.ExecContext(context.WithoutCancel(j.ctx), j.args...))
	return err
}

func (j *job) runWork() error { return j.work(context.WithoutCancel(j.ctx), tx{}) }
