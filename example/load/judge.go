package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// one sends a request, measures it and judges the answer.
func (t *traffic) one(ctx context.Context, k kind, n int) {
	u := t.users[n%len(t.users)]
	begin := time.Now()
	var a answer
	var want int
	switch k {
	case plain:
		a, want = t.send(ctx, http.MethodGet, "/livez", "", nil), http.StatusOK
	case verified:
		a, want = t.verify(ctx, u, n)
	case refresh:
		u.mu.Lock()
		defer u.mu.Unlock()
		begin = time.Now()
		a, want = t.send(ctx, http.MethodPost, "/auth/token/refresh/", "", map[string]string{"refresh": u.refresh}), http.StatusOK
		if a.status == http.StatusOK {
			u.access, u.refresh = a.Access, a.Refresh
		}
	case login:
		a, want = t.login(ctx, u, n)
	case kinds: // is none
	}
	t.note(k, a, want, time.Since(begin))
}

// verify asks with a good token, and now and then with one that somebody has changed.
func (t *traffic) verify(ctx context.Context, u *user, n int) (a answer, want int) {
	u.mu.Lock()
	access := u.access
	u.mu.Unlock()
	if n%20 == 0 {
		middle := len(access) / 2
		forged := access[:middle] + strings.Map(other, access[middle:middle+1]) + access[middle+1:]
		return t.send(ctx, http.MethodGet, "/api/test/", forged, nil), http.StatusUnauthorized
	}
	return t.send(ctx, http.MethodGet, "/api/test/", access, nil), http.StatusOK
}

func other(r rune) rune {
	if r == 'a' {
		return 'b'
	}
	return 'a'
}

// login logs in, every other time with a wrong password.
func (t *traffic) login(ctx context.Context, u *user, n int) (a answer, want int) {
	body := map[string]string{"email": u.email, "password": loadPassword}
	want = http.StatusOK
	if n%2 == 1 {
		body["password"], want = "wrong horse 8", http.StatusUnauthorized
	}
	return t.send(ctx, http.MethodPost, "/auth/token/", "", body), want
}

// note counts an answer. A login may be told to come back later; nothing else may be.
func (t *traffic) note(k kind, a answer, want int, took time.Duration) {
	switch {
	case k == login && a.status == http.StatusServiceUnavailable && a.retry != "":
		t.busy[k].Add(1)
		return
	case a.err != nil || a.status != want:
		t.mu.Lock()
		t.wrong = append(t.wrong, fmt.Sprintf("%s: %d, want %d; %v", kindNames[k], a.status, want, a.err))
		t.mu.Unlock()
	case want == http.StatusOK && (k == refresh || k == login) && (a.Access == "" || a.Refresh == ""):
		t.mu.Lock()
		t.wrong = append(t.wrong, kindNames[k]+": 200 without tokens")
		t.mu.Unlock()
	}
	t.times[k].add(took)
}
