package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/example/internal/config"
	"github.com/authplug/authplug/example/internal/demo"
)

const (
	// graceTime is how long requests that run may take to finish at the end.
	graceTime     = 10 * time.Second
	purgeInterval = time.Hour

	// readTime is how long a request may take to arrive, and writeTime until it is answered, both
	// apart from what other services make it wait: to net/http one who waits for an answer has not
	// finished sending.
	readTime  = 15 * time.Second
	writeTime = 30 * time.Second
)

func serve(ctx context.Context, in *invocation) error {
	if err := in.parse(in.flags("serve")); err != nil {
		return err
	}
	c, err := in.load()
	if err != nil {
		return err
	}
	collectOften()
	log := slog.New(slog.NewJSONHandler(in.errOut, &slog.HandlerOptions{Level: c.LogLevel}))
	c.Settings.Events = auth.LogEvents(log)
	service, store, err := c.Open(ctx)
	if err != nil {
		return err
	}
	app := demo.New(service, store, in.program.Routes...)
	handler := app.Gin
	if c.Framework == "echo" {
		handler = app.Echo
	}
	stop, purging := context.WithCancel(ctx)
	var background sync.WaitGroup
	background.Go(func() { service.PurgeEvery(stop, store, purgeInterval) })
	background.Go(func() { reloadOnHangup(stop, c, service, log) })
	err = listen(ctx, c, log, handler(), app.Stop)
	purging()
	background.Wait()
	drain(service, log)
	return errors.Join(err, store.Close())
}

// drain waits for the mails that were asked for.
func drain(service *auth.Service, log *slog.Logger) {
	ctx, cancel := context.WithTimeout(context.Background(), graceTime)
	defer cancel()
	if err := service.Drain(ctx); err != nil {
		log.Warn("mails may not have been sent", "error", err.Error())
	}
}

// collectOften halves what the heap may grow by before garbage is collected: each login leaves the
// 19 MiB of its hash behind, and they cost little to collect. GOGC has the last word.
func collectOften() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
	}
}

// listen serves until a signal asks to stop, and then for as long as load balancers need to notice it.
func listen(ctx context.Context, c *config.Config, log *slog.Logger, h http.Handler, stopping func()) error {
	ctx, restore := signal.NotifyContext(ctx, syscall.SIGTERM, syscall.SIGINT)
	defer restore()
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("ADDR: %w", err)
	}
	server := newServer(c, log, h)
	warn(c, log)
	announce(c, log, listener.Addr().String())
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	restore() // a second signal ends the program at once
	log.Info("stopping")
	stopping()
	time.Sleep(c.StopDelay)
	deadline, cancel := context.WithTimeout(context.WithoutCancel(ctx), graceTime)
	defer cancel()
	if err := server.Shutdown(deadline); err != nil {
		log.Warn("requests were cut off", "after", graceTime.String())
		_ = server.Close()
	}
	return nil
}

func newServer(c *config.Config, log *slog.Logger, h http.Handler) *http.Server {
	return &http.Server{
		Handler:           logged(log, recovered(log, h)),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       readTime + c.Waits(),
		WriteTimeout:      writeTime + c.Waits(),
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}

// warn says what must not be so in production.
func warn(c *config.Config, log *slog.Logger) {
	if c.Dev {
		var where []any
		if file := c.KeyFile(); file != "" {
			where = []any{"key_file", file}
		}
		log.Warn("development mode: do not use it in production", where...)
	}
	if c.KeysAreOpen() {
		log.Warn(config.Prefix + "KEYS_FILE: everybody can read it, or others than its owner can change it: chmod 600, or 640 for the group of the service")
	}
	if c.ThrottleDisabled && !c.Dev {
		log.Warn(config.Prefix + "THROTTLE_DISABLED: nothing slows down who guesses passwords")
	}
}

func announce(c *config.Config, log *slog.Logger, addr string) {
	url := c.PublicURL
	if url == "" {
		url = "http://" + addr
	}
	log.Info("listening", "addr", addr, "url", url, "framework", c.Framework)
}
