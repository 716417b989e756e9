package auth

import (
	"context"
	"log/slog"
	"strings"
	"unicode"
)

// longestLogged bounds each text of a record, in bytes.
const longestLogged = 256

// LogEvents returns a sink for [Settings.Events] that writes each event as one record: its kind is
// the message, and user_id, session_id, address, reason, count and error are there where they are
// known. Failures are of the level error, what an attacker could have caused of warn, and the rest of
// info. Texts are cut at 256 bytes and hold no control characters, whatever the handler does with
// them. Nothing secret is in an event, and so in none of the records.
func LogEvents(log *slog.Logger) func(context.Context, Event) {
	return func(ctx context.Context, e Event) {
		level := levelOf(e.Kind)
		if !log.Enabled(ctx, level) {
			return
		}
		attrs := make([]slog.Attr, 0, 6)
		add := func(name, text string) {
			if text != "" {
				attrs = append(attrs, slog.String(name, printable(text)))
			}
		}
		add("user_id", e.UserID)
		add("session_id", e.SessionID)
		add("address", e.Address)
		add("reason", e.Reason)
		if e.Count > 0 {
			attrs = append(attrs, slog.Int("count", e.Count))
		}
		if e.Err != nil {
			add("error", e.Err.Error())
		}
		log.LogAttrs(ctx, level, printable(string(e.Kind)), attrs...)
	}
}

// levelOf says how much an event matters.
func levelOf(kind EventKind) slog.Level {
	switch kind {
	case EventFailure, EventUnavailable:
		return slog.LevelError
	case EventLoginFailed, EventRefreshFailed, EventRefreshReused, EventPasswordChangeFailed, EventThrottled,
		EventBindingMismatch, EventDenied:
		return slog.LevelWarn
	default:
		return slog.LevelInfo
	}
}

// printable returns a text without what could begin another line or move a terminal's cursor.
func printable(text string) string {
	text = strings.ToValidUTF8(text[:min(len(text), longestLogged)], "")
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '.'
		}
		return r
	}, text)
}
