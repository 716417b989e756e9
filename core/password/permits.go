package password

import (
	"context"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"
)

// permits bounds how many computations run, how many calls wait for that, and how long.
type permits struct {
	slots *semaphore.Weighted
	size  int64
	unit  uint32        // the KiB of memory that one slot stands for
	queue chan struct{} // holds one element for each call that waits
	wait  time.Duration

	running  atomic.Int64
	computed atomic.Uint64
	busy     atomic.Uint64
}

func newPermits(c Config) *permits {
	unit := uint32(defaultMemory)
	if c.Algorithm == Argon2id {
		unit = max(unit, c.Cost.Memory)
	}
	return &permits{
		slots: semaphore.NewWeighted(int64(c.Permits)),
		size:  int64(c.Permits),
		unit:  unit,
		queue: make(chan struct{}, c.Queue),
		wait:  c.Wait,
	}
}

// run calls work, which needs so many KiB of memory, as soon as its slots are free. The slots
// are held until work has ended: a client that left does not make room for the next one.
func (p *permits) run(ctx context.Context, memory uint32, work func()) error {
	n := p.weight(memory)
	if err := p.acquire(ctx, n); err != nil {
		return err
	}
	defer p.slots.Release(n)
	p.running.Add(1)
	defer p.running.Add(-1)
	p.computed.Add(1)
	work()
	return nil
}

// weight is how many slots a computation takes: a bulky one those of several preferred ones, so
// that the memory of all together stays bounded, and one bulkier than all of them runs alone.
func (p *permits) weight(memory uint32) int64 {
	slots := (int64(memory) + int64(p.unit) - 1) / int64(p.unit)
	return min(max(slots, 1), p.size)
}

func (p *permits) acquire(ctx context.Context, n int64) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if p.slots.TryAcquire(n) {
		return nil
	}
	select {
	case p.queue <- struct{}{}:
		defer func() { <-p.queue }()
	default:
		return p.refuse()
	}
	limited, cancel := context.WithTimeout(ctx, p.wait)
	defer cancel()
	if p.slots.Acquire(limited, n) == nil {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return p.refuse()
}

func (p *permits) refuse() error {
	p.busy.Add(1)
	return ErrBusy
}

func (p *permits) stats() Stats {
	return Stats{
		Computed: p.computed.Load(),
		Busy:     p.busy.Load(),
		Running:  int(p.running.Load()),
		Waiting:  len(p.queue),
	}
}
