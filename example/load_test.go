package example_test

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authplug/authplug/example/internal/httpclient"
)

// TestLoginsDoNotStarveVerifiedRequests takes both CPUs for some seconds, so that it runs on
// request only.
func TestLoginsDoNotStarveVerifiedRequests(t *testing.T) {
	if os.Getenv("AUTHPLUG_LOAD") != "1" {
		t.Skip("AUTHPLUG_LOAD is not 1")
	}
	for _, framework := range []string{frameworkGin, frameworkEcho} {
		t.Run(framework, func(t *testing.T) {
			service := newPlace(t, framework, storeSQLite, "EASY_JWT_THROTTLE_DISABLED=true").start()
			c := service.client()
			registerAnn(c)
			ann := c.Login("ann@example.com", password)
			idle := median(ann, time.Second)

			stop := make(chan struct{})
			var clients sync.WaitGroup
			var logins, busy atomic.Int64
			for range 48 {
				clients.Go(func() { hammer(t, service.client(), stop, &logins, &busy) })
			}
			loaded := median(ann, 5*time.Second)
			close(stop)
			clients.Wait()

			memory := peakMemory(t, service.cmd.Process.Pid)
			t.Logf("median of GET /api/test/: %v idle, %v under load; %d logins, %d answered busy; peak memory %d MiB",
				idle, loaded, logins.Load(), busy.Load(), memory>>20)
			if logins.Load() == 0 {
				t.Error("nobody could log in")
			}
			if most := 20*idle + 20*time.Millisecond; loaded > most {
				t.Errorf("a verified request takes %v under load, want at most %v", loaded, most)
			}
			if memory > 150<<20 {
				t.Errorf("peak memory is %d MiB, want at most 150", memory>>20)
			}
		})
	}
}

// hammer logs in again and again. Who has to wait too long is told so.
func hammer(t *testing.T, c *httpclient.Client, stop <-chan struct{}, logins, busy *atomic.Int64) {
	body := credentials("ann@example.com", password)
	for {
		select {
		case <-stop:
			return
		default:
		}
		p, err := c.Try(http.MethodPost, "/auth/token/", body)
		switch {
		case err != nil:
			t.Error(err)
			return
		case p.Status == http.StatusOK:
			logins.Add(1)
		case p.Status == http.StatusServiceUnavailable && p.Header.Get("Retry-After") != "":
			busy.Add(1)
		default:
			t.Errorf("token/ answers %d %s", p.Status, p.Body)
			return
		}
	}
}

// median returns the median time of a verified request, asked one after another for a while.
func median(c *httpclient.Client, duration time.Duration) time.Duration {
	var times []time.Duration
	for begin := time.Now(); time.Since(begin) < duration; {
		start := time.Now()
		c.Get("/api/test/").Want(http.StatusOK, `"success"`)
		times = append(times, time.Since(start))
	}
	slices.Sort(times)
	return times[len(times)/2]
}

// peakMemory returns the largest resident set that a process has had, in bytes.
func peakMemory(t *testing.T, pid int) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Skipf("the memory of a process cannot be read here: %v", err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, err := strconv.Atoi(strings.Fields(rest)[0])
			if err != nil {
				t.Fatal(err)
			}
			return kib << 10
		}
	}
	t.Fatalf("no VmHWM in %s", status)
	return 0
}
