package main

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	auth "github.com/authplug/authplug/core"
)

// crowdSize is how many rotate their sessions at once.
const crowdSize = 64

// crowding is goal 7: rotations by many at once on SQLite, against the bare statement in one goroutine.
func crowding(e effort) (rows []row, err error) {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	for _, level := range []struct {
		synchronous string
		goal        float64
	}{{"full", 5}, {"normal", 1}} {
		synchronous, goal := level.synchronous, level.goal
		ours, raw, err := e.crowdOnSQLite(filepath.Join(dir, synchronous), synchronous)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row{
			7, fmt.Sprintf("rotate %d sessions at once, SQLite synchronous %s, against the bare statement on the driver", crowdSize, synchronous),
			[]figure{
				{format: "%.1f× raw", ours: ours.rate / raw.rate, peer: none, goal: goal},
				{format: "p99 %.1f ms", ours: ours.p99.Seconds() * 1000, peer: none, goal: 50, most: true},
			},
		})
	}
	return rows, nil
}

// pace is what a crowd achieves.
type pace struct {
	rate float64 // each second
	p99  time.Duration
}

// better returns the better one of two rounds.
func (p pace) better(q pace) pace {
	if q.rate > p.rate {
		return q
	}
	return p
}

func (e effort) crowdOnSQLite(dir, synchronous string) (ours, raw pace, err error) {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return ours, raw, err
	}
	store, err := openWithSession(filepath.Join(dir, "ours.db"), synchronous)
	if err != nil {
		return ours, raw, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	members, err := newCrowd(store, crowdSize)
	if err != nil {
		return ours, raw, err
	}
	alone := filepath.Join(dir, "raw.db")
	err = withRawRotation(alone, synchronous, func(stmt driver.Stmt) error {
		one := []contestant{rotateRaw(stmt)}
		for range e.crowdRounds() {
			q, err := e.pace(members)
			if err != nil {
				return err
			}
			r, err := e.pace(one)
			if err != nil {
				return err
			}
			ours, raw = ours.better(q), raw.better(r)
		}
		return nil
	})
	return ours, raw, err
}

func (e effort) crowdRounds() int { return max(1, e.rounds/6) }

// newCrowd adds sessions and returns what rotates each.
func newCrowd(store auth.SessionStore, n int) ([]contestant, error) {
	members := make([]contestant, n)
	for i := range members {
		id := fmt.Sprint("member ", i)
		if err := addSession(store, id); err != nil {
			return nil, err
		}
		members[i] = rotateStore(store, id)
	}
	return members, nil
}

// pace lets everybody go on for a hundred slices, each in a goroutine.
func (e effort) pace(members []contestant) (pace, error) {
	took := make([][]time.Duration, len(members))
	errs := make([]error, len(members))
	var wg sync.WaitGroup
	begin := time.Now()
	end := begin.Add(100 * e.slice)
	for i, rotate := range members {
		wg.Go(func() {
			for before := time.Now(); before.Before(end); {
				if errs[i] = rotate(); errs[i] != nil {
					return
				}
				now := time.Now()
				took[i] = append(took[i], now.Sub(before))
				before = now
			}
		})
	}
	wg.Wait()
	spent := time.Since(begin)
	all := slices.Sorted(slices.Values(slices.Concat(took...)))
	if err := errors.Join(errs...); err != nil || len(all) == 0 {
		return pace{}, err
	}
	return pace{float64(len(all)) / spent.Seconds(), all[len(all)*99/100]}, nil
}
