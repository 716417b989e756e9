package auth

import (
	"net/http"
	"net/netip"
)

// deviceHeader is how clients that are no browsers name their device.
const deviceHeader = "X-Device-ID"

// clientOf returns what is known of the program that sends a request. The address is the
// connection's: what headers say of it can be written by anybody.
func clientOf(r *http.Request) Client {
	return Client{
		Address:   address(r.RemoteAddr),
		UserAgent: r.UserAgent(),
		Device:    plainID(r.Header.Get(deviceHeader)),
	}
}

// address returns the one spelling of a connection's address: without port and zone, and never as
// IPv4 in IPv6.
func address(remote string) string {
	ap, err := netip.ParseAddrPort(remote)
	if err != nil {
		return ""
	}
	return ap.Addr().Unmap().WithZone("").String()
}

// plainID returns an id of somebody else's making, such as a client's own name for its device, if
// it has 16 to 64 visible ASCII characters: whatever else it is would get into stores and logs.
func plainID(id string) string {
	if len(id) < 16 || len(id) > 64 {
		return ""
	}
	for i := range len(id) {
		if id[i] <= ' ' || id[i] > '~' {
			return ""
		}
	}
	return id
}
