package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Origins are where the pages may be that send requests to a service. Its methods are safe for
// concurrent use.
type Origins struct {
	own    *url.URL
	all    []string // own first, in the spelling of browsers
	checks *http.CrossOriginProtection
}

// NewOrigins returns the origins of a service at a public URL and of others that it trusts, which
// are whole and in the spelling of browsers: see [Origin].
func NewOrigins(public *url.URL, trusted ...string) (*Origins, error) {
	o := &Origins{own: public, all: append([]string{Origin(public)}, trusted...), checks: http.NewCrossOriginProtection()}
	for _, origin := range trusted {
		if err := o.checks.AddTrustedOrigin(origin); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// Origin returns the origin of a URL as browsers write it (RFC 6454 §6.1).
func Origin(u *url.URL) string {
	host := strings.ToLower(u.Host)
	if port := map[string]string{"https": ":443", "http": ":80"}[u.Scheme]; port != "" {
		host = strings.TrimSuffix(host, port)
	}
	return u.Scheme + "://" + host
}

// Reasons why a request is refused.
var (
	errSeveral = errors.New("a header that says where it comes from is repeated")
	errOrigin  = errors.New("it comes from another origin")
)

// Check refuses what a page of another origin may have made a browser send. Fetch metadata and
// Origin are judged by [http.CrossOriginProtection], against the public host and never the header
// Host; what it lets pass, repeated headers, another scheme, an origin that contradicts the metadata
// and a foreign Referer where nothing else is said, is refused here. A request that says nothing of
// all that comes from no browser of today.
func (o *Origins) Check(r *http.Request) error {
	site, origin, referer := r.Header["Sec-Fetch-Site"], r.Header["Origin"], r.Header["Referer"]
	if len(site) > 1 || len(origin) > 1 || len(referer) > 1 {
		return errSeveral
	}
	if len(origin) == 1 && !o.Allows(origin[0]) && !isHidden(origin[0], site) {
		return errOrigin
	}
	if len(site) == 0 && len(origin) == 0 && len(referer) == 1 && !o.allowsReferer(referer[0]) {
		return errOrigin
	}
	public := *r
	public.Host = strings.ToLower(o.own.Host)
	if len(origin) == 1 { // hosts are the same in any case
		public.Header = http.Header{"Sec-Fetch-Site": site, "Origin": {strings.ToLower(origin[0])}}
	}
	return o.checks.Check(&public)
}

// isHidden reports whether a page of the service's own has sent a request and does not say from where:
// one with the policy no-referrer, whose address is a secret (Fetch §3.2).
func isHidden(origin string, site []string) bool {
	return origin == "null" && len(site) == 1 && site[0] == "same-origin"
}

// Allows reports whether an origin is one of these.
func (o *Origins) Allows(origin string) bool {
	return slices.Contains(o.all, strings.ToLower(origin))
}

func (o *Origins) allowsReferer(referer string) bool {
	u, err := url.Parse(referer)
	return err == nil && o.Allows(Origin(u))
}

// IsSafe reports whether a method changes nothing (RFC 9110 §9.2.1).
func IsSafe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// IsNavigation reports whether a person waits for a page: the browser says so, or prefers HTML.
func IsNavigation(r *http.Request) bool {
	if mode := r.Header.Get("Sec-Fetch-Mode"); mode != "" {
		return mode == "navigate"
	}
	accept := strings.ToLower(r.Header.Get("Accept"))
	html, json := strings.Index(accept, "text/html"), strings.Index(accept, "application/json")
	return html >= 0 && (json < 0 || html < json)
}

// IsTopLevel reports whether a browser says that a person goes to a page with the whole window.
func IsTopLevel(r *http.Request) bool {
	return r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
}

// IsFrom reports whether a request says that it comes from one of some origins: by Origin, else by
// Referer. One that says nothing does not.
func IsFrom(r *http.Request, origins []string) bool {
	from, referer := r.Header["Origin"], r.Header["Referer"]
	switch {
	case len(from) == 1:
		return slices.Contains(origins, strings.TrimSuffix(from[0], "/"))
	case len(from) > 1 || len(referer) != 1:
		return false
	}
	u, err := url.Parse(referer[0])
	return err == nil && slices.Contains(origins, Origin(u))
}
