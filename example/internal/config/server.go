package config

import (
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// server is what the variables without prefix say.
type server struct {
	Addr           string        `env:"ADDR"`
	Framework      string        `env:"FRAMEWORK" default:"gin"`
	Store          string        `env:"STORE,file"`
	Cache          string        `env:"CACHE,file"`
	Dev            toggle        `env:"DEV"`
	PublicURL      string        `env:"PUBLIC_URL"`
	TrustedProxies []network     `env:"TRUSTED_PROXIES"`
	SMTPURL        string        `env:"SMTP_URL,file"`
	MailFrom       string        `env:"MAIL_FROM"`
	StopDelay      time.Duration `env:"STOP_DELAY"`
	LogLevel       string        `env:"LOG_LEVEL" default:"info"`
}

func newServer(p Program) server {
	return server{Addr: p.Addr, Store: p.Store, Framework: "gin", LogLevel: "info"}
}

var levels = map[string]slog.Level{
	"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError,
}

func (s *server) check() error {
	var errs []error
	if !isAddress(s.Addr) {
		errs = append(errs, problem("ADDR", "no host and port, such as 127.0.0.1:8000"))
	}
	if s.Framework != "gin" && s.Framework != "echo" {
		errs = append(errs, problem("FRAMEWORK", "neither gin nor echo"))
	}
	if err := checkStore(s.Store); err != nil {
		errs = append(errs, problem("STORE", err.Error()))
	}
	if err := checkCache(s.Cache); err != nil {
		errs = append(errs, problem("CACHE", err.Error()))
	}
	if s.PublicURL != "" && !isPublicURL(s.PublicURL) {
		errs = append(errs, problem("PUBLIC_URL", "no http or https URL of a host, without user, query and fragment"))
	}
	if (s.SMTPURL == "") != (s.MailFrom == "") {
		errs = append(errs, problem("SMTP_URL", "and MAIL_FROM need each other: set both, or none"))
	}
	if s.StopDelay < 0 || s.StopDelay > time.Minute {
		errs = append(errs, problem("STOP_DELAY", "not between 0 and 1m"))
	}
	if _, ok := levels[s.LogLevel]; !ok {
		errs = append(errs, problem("LOG_LEVEL", "none of debug, info, warn, error"))
	}
	return errors.Join(errs...)
}

func isAddress(addr string) bool {
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	_, err = strconv.ParseUint(port, 10, 16)
	return err == nil
}

// isLoopback reports whether nobody outside the machine can reach an address.
func isLoopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}

func isPublicURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" &&
		u.User == nil && !strings.ContainsAny(text, "?#")
}

// network is a range of addresses.
type network struct{ netip.Prefix }

// UnmarshalText accepts the notation of RFC 4632.
func (n *network) UnmarshalText(text []byte) error {
	prefix, err := netip.ParsePrefix(string(text))
	if err != nil {
		return errors.New("no network, such as 10.0.0.0/8")
	}
	if prefix.Bits() == 0 {
		return errors.New("every address is in it, so that every client could say who it is: name the proxies' networks")
	}
	*n = network{prefix}
	return nil
}

func (s *server) proxies() []netip.Prefix {
	var list []netip.Prefix
	for _, n := range s.TrustedProxies {
		list = append(list, n.Prefix)
	}
	return list
}

// toggle is a boolean whose default depends on other settings.
type toggle struct{ set, on bool }

// UnmarshalText accepts true and false, in any letter case.
func (t *toggle) UnmarshalText(text []byte) error {
	word := strings.ToLower(string(text))
	if word != "true" && word != "false" {
		return errors.New("neither true nor false")
	}
	*t = toggle{set: true, on: word == "true"}
	return nil
}

func (t toggle) or(fallback bool) bool {
	if t.set {
		return t.on
	}
	return fallback
}
