package auth_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/env"
)

// FuzzSettings loads an environment, a variable a line, and makes a service of it. That works, or
// each problem names the variable to look at; a key is never shown. The letter § stands for a key
// that would be good.
func FuzzSettings(f *testing.F) {
	const prefix, key = "X_", "Zq9 kept secret, whatever happens to the settings beside it, Zq9"
	f.Add("SIGNING_KEY=§")
	f.Add("SIGNING_KEY=§\nALGORITHM=HS512\nACCESS_TOKEN_LIFETIME=1h\nLEEWAY=30\nAUTH_TOKEN_CLASSES=access,sliding")
	f.Add("SIGNING_KEY=§\nVERIFYING_KEY=§\nALGORITHM=RS256")
	f.Fuzz(func(t *testing.T, lines string) {
		environ := environment(lines, prefix, key)
		var settings auth.Settings
		err := env.Load(prefix, environ, &settings)
		var service *auth.Service
		if err == nil {
			service, err = auth.New(settings, auth.In(noStore{}))
		}
		if (service == nil) != (err != nil) {
			t.Fatalf("%q: %v and %v", lines, service, err)
		}
		for _, line := range env.Explain(err, prefix, &settings) {
			name, problem, _ := strings.Cut(line, ": ")
			if !strings.HasPrefix(name, prefix) || problem == "" {
				t.Errorf("%q: no variable is named by %q", lines, line)
			}
		}
		if shown := fmt.Sprintf("%v %+v", err, service); onlyKeyed(environ, key) && strings.Contains(shown, key[:3]) {
			t.Errorf("%q: the key shows in %s", lines, shown)
		}
		if service != nil {
			checkSettings(t, service.Settings())
		}
	})
}

// environment leaves out variables that name files, which are not to be read, and long texts:
// looking for the nearest name takes its time.
func environment(lines, prefix, key string) []string {
	var environ []string
	for line := range strings.SplitSeq(lines[:min(len(lines), 500)], "\n") {
		if name, _, _ := strings.Cut(line, "="); !strings.HasSuffix(name, "_FILE") {
			environ = append(environ, prefix+strings.ReplaceAll(line, "§", key))
		}
	}
	return environ
}

// onlyKeyed tells whether the variables for keys hold the key, and no other one does.
func onlyKeyed(environ []string, key string) bool {
	given := slices.DeleteFunc(slices.Clone(environ), func(line string) bool { return !strings.Contains(line, key) })
	return len(given) > 0 && !slices.ContainsFunc(given, func(line string) bool {
		return line != "X_SIGNING_KEY="+key && line != "X_VERIFYING_KEY="+key
	})
}

func checkSettings(t *testing.T, s auth.Settings) {
	t.Helper()
	c := s.Tokens
	switch {
	case c.AccessLifetime <= 0 || c.RefreshLifetime <= c.AccessLifetime || c.SessionLifetime <= 0:
		t.Errorf("lifetimes of %+v", c)
	case s.Signing.Leeway < 0 || c.GracePeriod < 0 || s.Passwords.MinLength < 8:
		t.Errorf("settings %+v", s)
	case s.Signing.Key != "" || s.Signing.VerifyingKey != "":
		t.Error("the settings of a service hold its key")
	}
}
