package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	jwtgin "github.com/appleboy/gin-jwt/v2"
	"github.com/gin-gonic/gin"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/ginauth"
	"github.com/authplug/authplug/memstore"
	"github.com/authplug/authplug/sqlstore"
	"github.com/authplug/authplug/sqlstore/sqlite"
)

// racing is goal 10: one refresh token, presented by 64 clients at once. Exactly one may win.
func racing(e effort) (rows []row, err error) {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	file, err := sqlite.Open(context.Background(), filepath.Join(dir, "races.db"))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	peer, err := e.peerRaces()
	if err != nil {
		return nil, err
	}
	race := func(name string, store auth.Store) error {
		single, err := e.ourRaces(store)
		rows = append(rows, row{10, fmt.Sprint(e.races, " refresh tokens, 64 clients at once for each, ", name, "; peer gin-jwt/v2"), []figure{{
			format: "%.0f have one winner",
			ours:   float64(single), peer: float64(peer), goal: float64(e.races), exact: true,
		}}})
		return err
	}
	err = errors.Join(
		race("memory", memstore.New()),
		race("SQLite", file),
		onPostgres(func(store *sqlstore.Store, _ string) error { return race("PostgreSQL", store) }),
		onMySQL(func(store *sqlstore.Store, _ string) error { return race("MySQL", store) }),
	)
	return rows, err
}

// ourRaces returns how many refresh tokens had exactly one winner.
func (e effort) ourRaces(store auth.Store) (single int, err error) {
	service, err := newService(auth.Settings{
		Signing: auth.Signing{Key: auth.Secret(key)}, Passwords: auth.PasswordSettings{Weak: true},
	}, store)
	if err != nil {
		return 0, err
	}
	r := gin.New()
	ginauth.New(service).Register(r)
	for range e.races {
		tokens, err := login(service)
		if err != nil {
			return 0, err
		}
		body := `{"refresh":"` + tokens.Refresh + `"}`
		if winners(r, func() *http.Request {
			q := httptest.NewRequestWithContext(context.Background(), http.MethodPost, "/auth/token/refresh/", strings.NewReader(body))
			q.Header.Set("Content-Type", "application/json")
			return q
		}) == 1 {
			single++
		}
	}
	return single, nil
}

func (e effort) peerRaces() (single int, err error) {
	peer := &jwtgin.GinJWTMiddleware{Key: key, MaxRefresh: time.Hour}
	if err := peer.MiddlewareInit(); err != nil {
		return 0, err
	}
	r := gin.New()
	r.POST("/refresh", peer.RefreshHandler)
	for range e.races {
		signed, _, err := peer.TokenGenerator(nil)
		if err != nil {
			return 0, err
		}
		if winners(r, func() *http.Request {
			q := httptest.NewRequestWithContext(context.Background(), http.MethodPost, "/refresh", nil)
			q.Header.Set("Authorization", "Bearer "+signed)
			return q
		}) == 1 {
			single++
		}
	}
	return single, nil
}

// winners sends 64 equal requests at once and returns how many are answered 200.
func winners(h http.Handler, ask func() *http.Request) int {
	var won atomic.Int64
	var wg sync.WaitGroup
	start := make(chan struct{})
	for range 64 {
		r, w := ask(), httptest.NewRecorder()
		wg.Go(func() {
			<-start
			h.ServeHTTP(w, r)
			if w.Code == http.StatusOK {
				won.Add(1)
			}
		})
	}
	close(start)
	wg.Wait()
	return int(won.Load())
}
