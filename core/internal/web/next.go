package web

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// Destinations are where people may be sent after a login. Its methods are safe for concurrent use.
type Destinations struct {
	Public *url.URL // the service's own origin
	Hosts  []string // others, with a port unless it is the usual one; lower case
	Mount  string   // of the service's own pages, without a slash at its end
	Loops  []string // first segments below it that are no destinations
}

// maxNext bounds a destination, in bytes.
const maxNext = 2048

// Judge returns where a browser goes that is sent to next, or false where it must not be sent: to
// another host than is listed, by another scheme than the service's own, by a spelling that browsers
// and servers read differently, or back to the pages of the service itself. A destination at the
// service is a path, any other a whole URL, both put together from their parts.
func (d *Destinations) Judge(next string) (target string, ok bool) {
	if next == "" || len(next) > maxNext || !utf8.ValidString(next) || strings.Contains(next, " ") || strings.ContainsFunc(next, oddRune) {
		return "", false
	}
	u, err := url.Parse(next)
	if err != nil || u.Opaque != "" || u.User != nil || !plainPath(u) {
		return "", false
	}
	target = u.EscapedPath()
	if u.RawQuery != "" {
		target += "?" + u.RawQuery
	}
	if u.Fragment != "" {
		target += "#" + u.EscapedFragment()
	}
	if strings.ContainsFunc(target, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return "", false // in a query, which each browser encodes in its way
	}
	if u.Scheme == "" && u.Host == "" {
		return d.own(target, u)
	}
	origin, ok := d.origin(u)
	if !ok {
		return "", false
	}
	if u.Path == "" {
		target = "/" + target
	}
	if origin == Origin(d.Public) {
		return d.own(target, u)
	}
	return origin + target, true
}

// own returns a path of the service itself, unless it leads back.
func (d *Destinations) own(target string, u *url.URL) (string, bool) {
	if !strings.HasPrefix(target, "/") || d.loops(u) {
		return "", false
	}
	return target, true
}

// oddRune is what browsers drop, or take for a slash.
func oddRune(r rune) bool { return r < ' ' || r == '\\' || r >= 0x7f && r < 0xa0 }

// plainPath reports whether a path reads the same everywhere: without dots and empty segments, in
// whatever spelling, and with no characters that are odd or a slash when decoded.
func plainPath(u *url.URL) bool {
	if u.Path == "" {
		return true
	}
	segments := strings.Split(strings.TrimPrefix(u.EscapedPath(), "/"), "/")
	for i, segment := range segments {
		text, err := url.PathUnescape(segment)
		last := i == len(segments)-1
		if err != nil || IsDots(text) || text == "" && !last || strings.ContainsAny(text, "/%") || strings.ContainsFunc(text, oddRune) {
			return false
		}
	}
	return u.Path[0] == '/'
}

// origin returns the origin of a whole URL if people may be sent there.
func (d *Destinations) origin(u *url.URL) (string, bool) {
	if !strings.EqualFold(u.Scheme, d.Public.Scheme) || u.Host == "" {
		return "", false
	}
	host, err := idna.Lookup.ToASCII(u.Hostname())
	if err != nil || host == "" || strings.HasSuffix(u.Host, ":") {
		return "", false
	}
	if port := u.Port(); port != "" {
		host += ":" + port
	}
	origin := Origin(&url.URL{Scheme: d.Public.Scheme, Host: host})
	if origin == Origin(d.Public) {
		return origin, true
	}
	_, bare, _ := strings.Cut(origin, "://")
	return origin, slices.Contains(d.Hosts, bare)
}

// loops reports whether a path at the service itself is one of the pages that lead back to a login, or
// out.
func (d *Destinations) loops(u *url.URL) bool {
	rest, own := strings.CutPrefix(u.Path, d.Mount+"/")
	first, _, _ := strings.Cut(rest, "/")
	return own && slices.Contains(d.Loops, first)
}
