package web

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// ClientAddress returns the one spelling of the address of a request's client: without port and
// zone, and never as IPv4 in IPv6. It is the connection's, unless that is a trusted proxy's: then
// the first one from the right of X-Forwarded-For that is no trusted proxy. What stands left of it
// anybody could have written, and so could what stands left of what is no address. An address that
// cannot be read is "".
func ClientAddress(r *http.Request, proxies []netip.Prefix) string {
	connection, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	client := Plain(connection.Addr())
	if !Trusted(client, proxies) {
		return client.String()
	}
	for _, rest := range slices.Backward(r.Header["X-Forwarded-For"]) {
		for rest != "" {
			comma := strings.LastIndexByte(rest, ',')
			hop, ok := parseHop(strings.TrimSpace(rest[comma+1:]))
			if !ok {
				return client.String()
			}
			if client = hop; !Trusted(client, proxies) {
				return client.String()
			}
			rest = rest[:max(comma, 0)]
		}
	}
	return client.String()
}

// Trusted reports whether an address in its one spelling belongs to a trusted proxy.
func Trusted(client netip.Addr, proxies []netip.Prefix) bool {
	for _, p := range proxies {
		if p.Contains(client) {
			return true
		}
	}
	return false
}

// Plain returns an address without its zone, and never as IPv4 in IPv6.
func Plain(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }

// parseHop reads an address, which some proxies write with a port or in brackets.
func parseHop(text string) (netip.Addr, bool) {
	if ap, err := netip.ParseAddrPort(text); err == nil {
		return Plain(ap.Addr()), true
	}
	if inner, ok := strings.CutPrefix(text, "["); ok {
		text = strings.TrimSuffix(inner, "]")
	}
	a, err := netip.ParseAddr(text)
	return Plain(a), err == nil
}
