package auth_test

import (
	"strings"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

func TestALifetimeIsBlamedOnceAndADefaultNever(t *testing.T) {
	tests := []struct {
		name, field string
		tokens      auth.TokenSettings
	}{
		{"access too long", "Tokens.AccessLifetime", auth.TokenSettings{AccessLifetime: 25 * time.Hour}},
		{"access as long as refresh", "Tokens.AccessLifetime", auth.TokenSettings{AccessLifetime: 24 * time.Hour}},
		{
			"access as long as the session", "Tokens.AccessLifetime",
			auth.TokenSettings{AccessLifetime: time.Hour, SessionLifetime: time.Hour},
		},
		{"negative refresh", "Tokens.RefreshLifetime", auth.TokenSettings{RefreshLifetime: -1}},
		{"refresh shorter than access", "Tokens.RefreshLifetime", auth.TokenSettings{RefreshLifetime: time.Minute}},
		{
			"refresh longer than the session and shorter than access", "Tokens.RefreshLifetime",
			auth.TokenSettings{AccessLifetime: 3 * time.Hour, RefreshLifetime: 2 * time.Hour, SessionLifetime: time.Hour},
		},
		{"negative session", "Tokens.SessionLifetime", auth.TokenSettings{SessionLifetime: -1}},
		{"half a second more", "Tokens.SessionLifetime", auth.TokenSettings{SessionLifetime: 1500 * time.Millisecond}},
		{"a short session", "Tokens.SessionLifetime", auth.TokenSettings{SessionLifetime: time.Second}},
		{"a session as long as access", "Tokens.SessionLifetime", auth.TokenSettings{SessionLifetime: 5 * time.Minute}},
		{"an endless session", "Tokens.SessionLifetime", auth.TokenSettings{SessionLifetime: 11 * 365 * 24 * time.Hour}},
		{"negative sliding", "Tokens.SlidingLifetime", auth.TokenSettings{SlidingLifetime: -1}},
		{"sliding longer than its refresh", "Tokens.SlidingLifetime", auth.TokenSettings{
			SlidingLifetime: 3 * time.Hour, SlidingRefreshLifetime: 2 * time.Hour,
		}},
		{
			"sliding longer than the session", "Tokens.SlidingLifetime",
			auth.TokenSettings{SlidingLifetime: 3 * time.Hour, SessionLifetime: 2 * time.Hour},
		},
		{"negative sliding refresh", "Tokens.SlidingRefreshLifetime", auth.TokenSettings{SlidingRefreshLifetime: -1}},
		{"sliding refresh after the session", "Tokens.SlidingRefreshLifetime", auth.TokenSettings{
			SlidingRefreshLifetime: 2 * time.Hour, SessionLifetime: time.Hour,
		}},
	}
	for _, tt := range tests {
		settings := good()
		settings.Tokens = tt.tokens
		_, err := auth.New(settings, auth.In(noStore{}))
		if err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: New() = %v; want one problem", tt.name, err)
			continue
		}
		names(t, err, tt.field)
	}
}

func TestLifetimesThatNobodySetGiveWay(t *testing.T) {
	settings := good()
	settings.Tokens = auth.TokenSettings{SessionLifetime: 10 * time.Minute, SlidingRefreshLifetime: time.Minute}
	s, err := auth.New(settings, auth.In(noStore{}))
	if err != nil {
		t.Fatal(err)
	}
	if c := s.Settings().Tokens; c.RefreshLifetime != 10*time.Minute || c.SlidingLifetime != time.Minute {
		t.Errorf("Tokens = %+v", c)
	}
}

func TestEachWrongLifetimeIsReported(t *testing.T) {
	settings := good()
	settings.Tokens = auth.TokenSettings{
		AccessLifetime: -1, RefreshLifetime: -1, SessionLifetime: -1, SlidingLifetime: -1, SlidingRefreshLifetime: -1,
	}
	_, err := auth.New(settings, auth.In(noStore{}))
	if err == nil || strings.Count(err.Error(), "\n") != 4 {
		t.Errorf("New() = %v; want five problems", err)
	}
}
