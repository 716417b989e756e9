package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"math"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"time"

	"golang.org/x/crypto/argon2"

	auth "github.com/authplug/authplug/core"
	authpassword "github.com/authplug/authplug/core/password"
	"github.com/authplug/authplug/memstore"
)

// loggingIn is goal 12: many logins at once, against hashing each password as soon as it comes.
func loggingIn(e effort) ([]row, error) {
	service, err := newService(auth.Settings{
		Signing: auth.Signing{Key: auth.Secret(key)},
		Passwords: auth.PasswordSettings{
			Cost: authpassword.Cost{Memory: e.cost, Time: 2, Threads: 1}, Weak: true, Wait: time.Minute,
		},
	}, memstore.New())
	if err != nil {
		return nil, err
	}
	ours := func() error {
		_, err := login(service)
		return err
	}
	salt := make([]byte, 16)
	rand.Read(salt) // It never fails.
	unbounded := func() error {
		argon2.IDKey([]byte(password), salt, 2, e.cost, 1, 32)
		return nil
	}
	bestOurs, bestPeer := crowd{math.Inf(1), math.Inf(1)}, crowd{math.Inf(1), math.Inf(1)}
	for range min(e.rounds, 3) {
		for _, side := range []struct {
			work contestant
			best *crowd
		}{{ours, &bestOurs}, {unbounded, &bestPeer}} {
			c, err := atOnce(e.logins, side.work)
			if err != nil {
				return nil, err
			}
			*side.best = crowd{min(side.best.nanos, c.nanos), min(side.best.memory, c.memory)}
		}
	}
	return []row{{12, fmt.Sprint(e.logins, " logins at once; peer unbounded argon2id of x/crypto"), []figure{
		{format: "%.2f× throughput", ours: bestPeer.nanos / bestOurs.nanos, goal: 1.5, peer: 1},
		ratio("%.2f× peak memory", bestOurs.memory/bestPeer.memory, 1, 0.2),
	}}}, nil
}

// crowd is what many calls at once take together.
type crowd struct{ nanos, memory float64 }

func atOnce(n int, work contestant) (crowd, error) {
	debug.FreeOSMemory()
	before := held()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	peak := watch(ctx)
	errs := make(chan error, n)
	start := wallTime()
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() { errs <- work() })
	}
	wg.Wait()
	spent := wallTime() - start
	stop()
	c := crowd{float64(spent), max(<-peak, held()) - before}
	close(errs)
	for err := range errs {
		if err != nil {
			return crowd{}, err
		}
	}
	return c, nil
}

// watch sends, when ctx ends, the most memory that was held until then.
func watch(ctx context.Context) <-chan float64 {
	result := make(chan float64, 1)
	go func() {
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		most := held()
		for {
			select {
			case <-tick.C:
				most = max(most, held())
			case <-ctx.Done():
				result <- most
				return
			}
		}
	}()
	return result
}

// held is the memory that the program has from the operating system, in bytes.
func held() float64 {
	s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(s)
	return float64(s[0].Value.Uint64() - s[1].Value.Uint64())
}
