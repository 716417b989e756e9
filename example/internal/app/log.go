package app

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	auth "github.com/authplug/authplug/core"
)

// logEvents returns a sink that logs what the service tells. An event holds nothing secret.
func logEvents(log *slog.Logger) func(context.Context, auth.Event) {
	return func(ctx context.Context, e auth.Event) {
		attrs := make([]slog.Attr, 0, 5)
		for _, a := range []slog.Attr{
			slog.String("user_id", e.UserID), slog.String("session_id", e.SessionID),
			slog.String("address", e.Address), slog.String("reason", e.Reason),
		} {
			if a.Value.String() != "" {
				attrs = append(attrs, a)
			}
		}
		if e.Err != nil {
			attrs = append(attrs, slog.String("error", e.Err.Error()))
		}
		log.LogAttrs(ctx, levelOf(e.Kind), string(e.Kind), attrs...)
	}
}

// levelOf says how much an event matters.
func levelOf(kind auth.EventKind) slog.Level {
	switch kind {
	case auth.EventFailure, auth.EventUnavailable:
		return slog.LevelError
	case auth.EventLoginFailed, auth.EventRefreshFailed, auth.EventRefreshReused,
		auth.EventPasswordChangeFailed, auth.EventDenied:
		return slog.LevelWarn
	default:
		return slog.LevelInfo
	}
}

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
