package sqlite_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/sqlstore/internal/suite"
)

// BenchmarkRotateSession rotates one session in each goroutine.
func BenchmarkRotateSession(b *testing.B) {
	for _, synchronous := range []string{"full", "normal"} {
		for _, callers := range []int{1, 64} {
			b.Run(fmt.Sprintf("%s/%d", synchronous, callers), func(b *testing.B) {
				rotate(b, open(b, "file:"+newPath(b)+"?synchronous="+synchronous), callers)
			})
		}
	}
}

func rotate(b *testing.B, s auth.Store, callers int) {
	now := time.Now()
	var next atomic.Int64
	var wg sync.WaitGroup
	for c := range callers {
		id := fmt.Sprint("session ", c)
		suite.Login(b, s, id, now)
		wg.Go(func() {
			for from := "0"; ; {
				n := next.Add(1)
				if n > int64(b.N) {
					return
				}
				r := auth.Rotation{TokenID: fmt.Sprint(n), Address: "192.0.2.1", At: now}
				r.ExpiresAt = now.Add(time.Hour + time.Duration(n)*time.Millisecond)
				if err := s.RotateSession(b.Context(), id, from, r); err != nil {
					b.Error(err)
					return
				}
				from = r.TokenID
			}
		})
	}
	wg.Wait()
}

// BenchmarkUser reads users beside each other.
func BenchmarkUser(b *testing.B) {
	s := open(b, newPath(b))
	const count = 1000
	for n := range count {
		u := &auth.User{
			UUID: fmt.Sprintf("5a17c0de-0000-4000-8000-%012d", n), Email: fmt.Sprintf("user%d@example.com", n),
			Roles: []string{"editor", "writer"}, PasswordHash: "hash",
		}
		if err := s.CreateUser(b.Context(), u); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for n := 0; pb.Next(); n++ {
			if _, err := s.User(b.Context(), auth.UserKey{ID: fmt.Sprint(n%count + 1)}); err != nil {
				b.Error(err)
				return
			}
		}
	})
}
