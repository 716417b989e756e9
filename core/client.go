package auth

import (
	"net/http"
	"net/netip"

	"github.com/authplug/authplug/core/internal/web"
)

// deviceHeader is how clients that are no browsers name their device.
const deviceHeader = "X-Device-ID"

// clientOf returns what is known of the program that sends a request.
func (s *Service) clientOf(r *http.Request) Client {
	return Client{
		Address:   s.address(r),
		UserAgent: r.UserAgent(),
		Device:    s.device(r),
	}
}

// device returns what a client calls itself, in a cookie if it is a browser, or "".
func (s *Service) device(r *http.Request) string {
	id := r.Header.Get(deviceHeader)
	if id == "" && s.settings.Cookies.on() {
		id, _ = s.jar.device.Read(r)
	}
	return plainID(id)
}

// address returns the network address of a request's client. What headers say of it can be written
// by anybody, unless a trusted proxy has written it.
func (s *Service) address(r *http.Request) string {
	return web.ClientAddress(r, s.settings.TrustedProxies)
}

// checkNetworks wants networks that not everybody is in.
func checkNetworks(field string, networks []netip.Prefix, ps *problems) {
	for _, p := range networks {
		switch {
		case !p.IsValid() || p.Addr().Is4In6():
			ps.add(field, "holds %v, which is no network: use one such as 10.0.0.0/8, IPv4 as IPv4", p)
		case p.Bits() == 0:
			ps.add(field, "holds %v, in which everybody is: name the networks of your own", p)
		}
	}
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
