package app

import (
	"log/slog"
	"net/http"
	"time"

	auth "github.com/authplug/authplug/core"
)

// logged logs each request at the level debug: the path as it was registered, because paths and
// queries may hold what is nobody's business.
func logged(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !log.Enabled(r.Context(), slog.LevelDebug) {
			next.ServeHTTP(w, r)
			return
		}
		recorder := &statusRecorder{ResponseWriter: w}
		start := time.Now()
		defer func() {
			log.LogAttrs(r.Context(), slog.LevelDebug, "request",
				slog.String("method", r.Method), slog.String("route", r.Pattern),
				slog.Int("status", recorder.status), slog.Duration("duration", time.Since(start)))
		}()
		next.ServeHTTP(recorder, r)
	})
}

// statusRecorder remembers the status of an answer.
type statusRecorder struct {
	http.ResponseWriter

	status int
}

// WriteHeader implements http.ResponseWriter.
func (s *statusRecorder) WriteHeader(status int) {
	s.status = status
	s.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach what is inside.
func (s *statusRecorder) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// recovered answers 500 where a handler panics, and goes on serving.
func recovered(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if v := recover(); v != nil {
				log.Error("panic", "route", r.Pattern, "value", v)
				auth.ErrInternal.Response().Write(w)
			}
		}()
		next.ServeHTTP(w, r)
	})
}
