package remote_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/authplug/authplug/core/remote"
)

// problemsOf returns the fields that are wrong with settings.
func problemsOf(t *testing.T, s remote.Settings) (fields []string, text string) {
	t.Helper()
	_, err := remote.NewClient(s)
	if err == nil {
		return nil, ""
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		t.Fatalf("the error is %T, want problems that are joined", err)
	}
	for _, e := range joined.Unwrap() {
		var p *remote.Problem
		if !errors.As(e, &p) {
			t.Fatalf("%v is no *Problem", e)
		}
		if e.Error() != "remote: Settings."+p.FieldPath()+": "+p.Problem() || p.Problem() == "" {
			t.Errorf("%v: field %q, problem %q", e, p.FieldPath(), p.Problem())
		}
		fields = append(fields, p.FieldPath())
	}
	return fields, err.Error()
}

func TestURLsAreChecked(t *testing.T) {
	for _, c := range []struct {
		url      string
		insecure bool
		ok       bool
	}{
		{"https://auth.example.com", false, true},
		{"https://auth.example.com:8443/sub/path", false, true},
		{"HTTPS://auth.example.com", false, true},
		{"https://[::1]:8000", false, true},
		{"https://auth.example.com/", false, false},
		{"https://auth.example.com/", true, true},
		{"https://auth.example.com//", true, false},
		{"https://auth.example.com/sub/", true, true},
		{"https://auth.example.com/a//b", false, false},
		{"https://auth.example.com/a/../b", false, false},
		{"https://auth.example.com/a%2fb", false, false},
		{"https://auth.example.com/a b", false, false},
		{"https://auth.example.com?x=1", false, false},
		{"https://auth.example.com?", false, false},
		{"https://auth.example.com#f", false, false},
		{"https://auth.example.com#", false, false},
		{"https://ann:s3cr3t@auth.example.com", true, false},
		{"https://@auth.example.com", true, false},
		{"https://:8000", false, false},
		{"https://auth.example.com:0", false, false},
		{"https://auth.example.com:70000", false, false},
		{"https://", false, false},
		{"https:auth.example.com", false, false},
		{"auth.example.com", false, false},
		{"//auth.example.com", false, false},
		{"/auth", false, false},
		{"", true, false},
		{"/", true, false},
		{"ftp://auth.example.com", true, false},
		{"unix:///run/auth", true, false},
		{"https://auth.example.com\n", false, false},
		{"https://auth.example.com\x7f", false, false},
		{"http://auth.example.com", false, false},
		{"http://auth.example.com", true, false},
		{"http://127.0.0.1:8000", false, false},
		{"http://127.0.0.1:8000", true, true},
		{"http://127.9.9.9", true, true},
		{"http://localhost:8000", true, true},
		{"http://[::1]:8000", true, true},
		{"http://[::ffff:127.0.0.1]:8000", true, true},
		{"http://localhost.example.com", true, false},
		{"http://10.0.0.1", true, false},
		{"http://0.0.0.0:8000", true, false},
	} {
		fields, text := problemsOf(t, remote.Settings{URL: c.url, AllowInsecure: c.insecure})
		if got := len(fields) == 0; got != c.ok || !got && !slices.Equal(fields, []string{"URL"}) {
			t.Errorf("%q (insecure %v): %v %s, want ok %v", c.url, c.insecure, fields, text, c.ok)
		}
		if strings.Contains(text, "s3cr3t") || strings.Contains(text, "ann") {
			t.Errorf("%q: the problem tells credentials: %s", c.url, text)
		}
	}
}

func TestOtherSettingsAreChecked(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*remote.Settings)
		fields []string
	}{
		"nothing":            {func(*remote.Settings) {}, nil},
		"keys elsewhere":     {func(s *remote.Settings) { s.JWKSURL = "https://keys.example.com/set/" }, nil},
		"keys over http":     {func(s *remote.Settings) { s.JWKSURL = "http://127.0.0.1/keys" }, []string{"JWKSURL"}},
		"keys with query":    {func(s *remote.Settings) { s.JWKSURL = "https://a.example/keys?a=b" }, []string{"JWKSURL"}},
		"keys with password": {func(s *remote.Settings) { s.JWKSURL = "https://a:b@a.example/keys" }, []string{"JWKSURL"}},
		"no time":            {func(s *remote.Settings) { s.Timeout = -1 }, []string{"Timeout"}},
		"endless":            {func(s *remote.Settings) { s.Timeout = 5*time.Minute + 1 }, []string{"Timeout"}},
		"long":               {func(s *remote.Settings) { s.Timeout = 5 * time.Minute }, nil},
		"any certificate":    {func(s *remote.Settings) { s.SkipVerify = true }, []string{"SkipVerify"}},
		"any, in development": {func(s *remote.Settings) {
			s.SkipVerify, s.AllowInsecure = true, true
		}, nil},
		"no certificate":    {func(s *remote.Settings) { s.CA = "/etc/ssl/ca.pem" }, []string{"CA"}},
		"path alone":        {func(s *remote.Settings) { s.Paths.Token = "token/" }, []string{"Paths.Token"}},
		"path of another":   {func(s *remote.Settings) { s.Paths.User = "@evil.example/" }, []string{"Paths.User"}},
		"path with slashes": {func(s *remote.Settings) { s.Paths.Refresh = "//evil.example/" }, []string{"Paths.Refresh"}},
		"path with query":   {func(s *remote.Settings) { s.Paths.Verify = "/verify/?a=b" }, []string{"Paths.Verify"}},
		"path with part":    {func(s *remote.Settings) { s.Paths.Blacklist = "/b/#a" }, []string{"Paths.Blacklist"}},
		"path with dots":    {func(s *remote.Settings) { s.Paths.Sliding = "/a/../b/" }, []string{"Paths.Sliding"}},
		"path encoded":      {func(s *remote.Settings) { s.Paths.SlidingRefresh = "/a/%2e/" }, []string{"Paths.SlidingRefresh"}},
		"path with newline": {func(s *remote.Settings) { s.Paths.PasswordChange = "/a/\n" }, []string{"Paths.PasswordChange"}},
		"path of the root":  {func(s *remote.Settings) { s.Paths.Token = "/" }, []string{"Paths.Token"}},
		"path without end":  {func(s *remote.Settings) { s.Paths.Token = "/v1.0/token" }, nil},
		"unknown mode":      {func(s *remote.Settings) { s.Verify = "Local" }, []string{"Verify"}},
		"local":             {func(s *remote.Settings) { s.Verify = remote.VerifyLocal }, nil},
		"local with time":   {func(s *remote.Settings) { s.Verify, s.CacheTTL = remote.VerifyLocal, 1 }, nil},
		"hybrid":            {func(s *remote.Settings) { s.Verify, s.CacheTTL = remote.VerifyHybrid, time.Hour }, nil},
		"hybrid timeless":   {func(s *remote.Settings) { s.Verify = remote.VerifyHybrid }, []string{"CacheTTL"}},
		"negative time":     {func(s *remote.Settings) { s.CacheTTL = -1 }, []string{"CacheTTL"}},
		"too much time":     {func(s *remote.Settings) { s.CacheTTL = time.Hour + 1 }, []string{"CacheTTL"}},
		"negative size":     {func(s *remote.Settings) { s.CacheSize = -1 }, []string{"CacheSize"}},
		"fields":            {func(s *remote.Settings) { s.Mirror.Fields = []string{"email", "roles", "is_superuser"} }, nil},
		"no fields":         {func(s *remote.Settings) { s.Mirror.Fields = []string{} }, nil},
		"unknown field":     {func(s *remote.Settings) { s.Mirror.Fields = []string{"password"} }, []string{"Mirror.Fields"}},
		"field twice":       {func(s *remote.Settings) { s.Mirror.Fields = []string{"email", "email"} }, []string{"Mirror.Fields"}},
		"everything": {func(s *remote.Settings) {
			*s = remote.Settings{
				Timeout: -1, SkipVerify: true, CA: "x", Verify: "x", CacheTTL: -1, CacheSize: -1,
				Paths: remote.Paths{Token: "x"}, Mirror: remote.Mirror{Fields: []string{"x"}},
			}
		}, []string{"URL", "Paths.Token", "Timeout", "SkipVerify", "CA", "Verify", "CacheTTL", "CacheSize", "Mirror.Fields"}},
	} {
		s := remote.Settings{URL: "https://auth.example.com"}
		c.change(&s)
		if fields, text := problemsOf(t, s); !slices.Equal(fields, c.fields) {
			t.Errorf("%s: problems with %v, want %v\n%s", name, fields, c.fields, text)
		}
	}
}

func TestSettingsAreCopied(t *testing.T) {
	fields := []string{"email"}
	s := remote.Settings{URL: "http://127.0.0.1:9/", AllowInsecure: true, Mirror: remote.Mirror{Fields: fields}}
	c := newClient(t, s.URL, func(into *remote.Settings) { *into = s })
	fields[0] = "roles"
	got := remote.SettingsOf(c)
	if got.Mirror.Fields[0] != "email" || s.Paths != (remote.Paths{}) {
		t.Errorf("fields %v; the caller's paths became %+v", got.Mirror.Fields, s.Paths)
	}
	if got.URL != "http://127.0.0.1:9" || got.JWKSURL != got.URL+"/.well-known/jwks.json" ||
		got.Timeout != 30*time.Second || got.CacheSize != 10_000 || got.Verify != remote.VerifyRemote {
		t.Errorf("defaults are %+v", got)
	}
}
