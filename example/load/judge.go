package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/authplug/authplug/example/internal/process"
)

// one sends a request, measures it and judges the answer.
func (t *traffic) one(ctx context.Context, k kind, n int) {
	u := t.users[n%len(t.users)]
	begin := time.Now()
	var a process.Answer
	var want int
	switch k {
	case plain:
		a, want = t.http.Get(ctx, t.process, "/livez", ""), http.StatusOK
	case verified:
		a, want = t.verify(ctx, u, n)
	case refresh:
		u.mu.Lock()
		defer u.mu.Unlock()
		begin = time.Now()
		a, want = t.http.Post(ctx, t.process, "/auth/token/refresh/", map[string]string{"refresh": u.refresh}), http.StatusOK
		if a.Status == http.StatusOK {
			u.access, u.refresh = a.Access, a.Refresh
		}
	case login:
		a, want = t.login(ctx, u, n)
	case kinds: // is none
	}
	t.note(k, a, want, time.Since(begin))
}

// verify asks with a good token, and now and then with one that somebody has changed.
func (t *traffic) verify(ctx context.Context, u *user, n int) (a process.Answer, want int) {
	u.mu.Lock()
	access := u.access
	u.mu.Unlock()
	if n%20 == 0 {
		middle := len(access) / 2
		forged := access[:middle] + strings.Map(other, access[middle:middle+1]) + access[middle+1:]
		return t.http.Get(ctx, t.process, "/api/test/", forged), http.StatusUnauthorized
	}
	return t.http.Get(ctx, t.process, "/api/test/", access), http.StatusOK
}

func other(r rune) rune {
	if r == 'a' {
		return 'b'
	}
	return 'a'
}

// login logs in, every other time with a wrong password.
func (t *traffic) login(ctx context.Context, u *user, n int) (a process.Answer, want int) {
	body := map[string]string{"email": u.email, "password": loadPassword}
	want = http.StatusOK
	if n%2 == 1 {
		body["password"], want = "wrong horse 8", http.StatusUnauthorized
	}
	return t.http.Post(ctx, t.process, "/auth/token/", body), want
}

// note counts an answer. A login may be told to come back later; nothing else may be.
func (t *traffic) note(k kind, a process.Answer, want int, took time.Duration) {
	switch {
	case k == login && a.Status == http.StatusServiceUnavailable && a.RetryAfter != "":
		t.busy[k].Add(1)
		return
	case a.Err != nil || a.Status != want:
		t.mu.Lock()
		t.wrong = append(t.wrong, fmt.Sprintf("%s: %d, want %d; %v", kindNames[k], a.Status, want, a.Err))
		t.mu.Unlock()
	case want == http.StatusOK && (k == refresh || k == login) && (a.Access == "" || a.Refresh == ""):
		t.mu.Lock()
		t.wrong = append(t.wrong, kindNames[k]+": 200 without tokens")
		t.mu.Unlock()
	}
	t.times[k].add(took)
}
