package auth_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
)

// LG-06.
func TestEventsAreLoggedWithTheirLevels(t *testing.T) {
	for kind, want := range map[auth.EventKind]string{
		auth.EventLogin: "INFO", auth.EventUserChanged: "INFO", auth.EventPurged: "INFO", auth.EventSessionEnded: "INFO",
		auth.EventLoginFailed: "WARN", auth.EventRefreshReused: "WARN", auth.EventDenied: "WARN", auth.EventThrottled: "WARN",
		auth.EventBindingMismatch: "WARN", auth.EventFailure: "ERROR", auth.EventUnavailable: "ERROR",
	} {
		if got := logged(slog.LevelDebug, auth.Event{Kind: kind}); got != "level="+want+" msg="+string(kind)+"\n" {
			t.Errorf("%s: %s", kind, got)
		}
	}
	got := logged(slog.LevelDebug, auth.Event{
		Kind: auth.EventLoginFailed, UserID: "7", SessionID: "s", Address: "192.0.2.1", Reason: "refused", Count: 3, Err: errors.New("why"),
	})
	if got != "level=WARN msg=login_failed user_id=7 session_id=s address=192.0.2.1 reason=refused count=3 error=why\n" {
		t.Errorf("logged %s", got)
	}
	if got := logged(slog.LevelError, auth.Event{Kind: auth.EventLogin}); got != "" {
		t.Errorf("logged %s", got)
	}
}

// LG-02.
func TestAnEventIsOneLineWhateverIsInIt(t *testing.T) {
	odd := "a\r\nlevel=INFO msg=login\x1b[31m\u2028\x00\xff" + strings.Repeat("x", 64<<10)
	event := auth.Event{Kind: "denied", UserID: odd, SessionID: odd, Address: odd, Reason: odd, Err: errors.New(odd)}
	got := logged(slog.LevelDebug, event)
	if strings.Count(got, "\n") != 1 || strings.ContainsAny(got, "\r\x1b\x00\u2028") || len(got) > 8*256 {
		t.Errorf("logged %d bytes: %.300q", len(got), got)
	}
}

// logged returns what is written of an event, without the time.
func logged(level slog.Level, e auth.Event) string {
	var out bytes.Buffer
	auth.LogEvents(slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: level, ReplaceAttr: timeless})))(context.Background(), e)
	return out.String()
}

func timeless(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}

func ExampleLogEvents() {
	log := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: timeless}))
	settings := auth.Settings{Events: auth.LogEvents(log)}
	settings.Events(context.Background(), auth.Event{Kind: auth.EventLoginFailed, Address: "192.0.2.1", Reason: "unknown_user"})
	// Output: level=WARN msg=login_failed address=192.0.2.1 reason=unknown_user
}
