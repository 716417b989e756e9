package app

import (
	"net/http"
	"net/netip"
	"strings"
)

// behind gives requests that trusted proxies pass on the address of their client: the first one
// from the right of X-Forwarded-For that is no trusted proxy. What stands left of it anybody could
// have written.
func behind(proxies []netip.Prefix, next http.Handler) http.Handler {
	if len(proxies) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if connection, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
			client := clientAddress(connection.Addr(), r.Header.Values("X-Forwarded-For"), proxies)
			r.RemoteAddr = netip.AddrPortFrom(client, connection.Port()).String()
		}
		next.ServeHTTP(w, r)
	})
}

func clientAddress(client netip.Addr, forwarded []string, proxies []netip.Prefix) netip.Addr {
	hops := strings.Split(strings.Join(forwarded, ","), ",")
	for i := len(hops) - 1; i >= 0 && trusted(client, proxies); i-- {
		hop, ok := parseHop(strings.TrimSpace(hops[i]))
		if !ok {
			break
		}
		client = hop
	}
	return client
}

func trusted(addr netip.Addr, proxies []netip.Prefix) bool {
	addr = addr.Unmap().WithZone("")
	for _, p := range proxies {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

// parseHop reads an address, which some proxies write with a port.
func parseHop(text string) (netip.Addr, bool) {
	if addr, err := netip.ParseAddr(text); err == nil {
		return addr, true
	}
	ap, err := netip.ParseAddrPort(text)
	return ap.Addr(), err == nil
}
