package suite

import (
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"
)

// The process that RunProcesses starts finds here what it shall do.
const (
	envName  = "SUITE_DATABASE"
	envToken = "SUITE_TOKEN"
)

// RunProcesses lets several processes open a new database at once. They are this test itself, which
// must call nothing else.
func RunProcesses(t *testing.T, d Database) {
	t.Helper()
	if name := os.Getenv(envName); name != "" {
		if err := d.Store(t, name).RevokeToken(t.Context(), os.Getenv(envToken), time.Now()); err != nil {
			t.Error(err)
		}
		return
	}
	name := d.New(t)
	tokens := []string{"a", "b", "c", "d", "e", "f"}
	var wg sync.WaitGroup
	for _, token := range tokens {
		wg.Go(func() {
			c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$") //nolint:gosec // It is this program.
			c.Env = append(os.Environ(), envName+"="+name, envToken+"="+token)
			if out, err := c.CombinedOutput(); err != nil {
				t.Errorf("process %s: %v\n%s", token, err, out)
			}
		})
	}
	wg.Wait()
	s := d.Store(t, name)
	for _, token := range tokens {
		if revoked, err := s.TokenRevoked(t.Context(), token); err != nil || !revoked {
			t.Errorf("the token of process %s: %v, %v", token, revoked, err)
		}
	}
}
