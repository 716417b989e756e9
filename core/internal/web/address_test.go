package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/authplug/authplug/core/internal/web"
)

var proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}

// DV-03.
func TestTheClientsAddressComesFromTrustedProxiesOnly(t *testing.T) {
	long := strings.Repeat("1.1.1.1, ", 7000)
	for _, c := range []struct {
		remote    string
		forwarded []string
		want      string
	}{
		{"203.0.113.1:99", []string{"198.51.100.7"}, "203.0.113.1"},
		{"[::ffff:203.0.113.1]:99", nil, "203.0.113.1"},
		{"[fe80::1%eth0]:99", nil, "fe80::1"},
		{"[2001:DB8:0:0::1]:99", nil, "2001:db8::1"},
		{"10.0.0.1:99", nil, "10.0.0.1"},
		{"10.0.0.1:99", []string{""}, "10.0.0.1"},
		{"10.0.0.1:99", []string{"198.51.100.7"}, "198.51.100.7"},
		{"10.0.0.1:99", []string{"1.1.1.1, 198.51.100.7,10.9.9.9"}, "198.51.100.7"},
		{"10.0.0.1:99", []string{"1.1.1.1", "198.51.100.7", "10.9.9.9"}, "198.51.100.7"},
		{"10.0.0.1:99", []string{"10.0.0.2"}, "10.0.0.2"},
		{"10.0.0.1:99", []string{"1.1.1.1, junk"}, "10.0.0.1"},
		{"10.0.0.1:99", []string{"1.1.1.1, junk, 10.0.0.2"}, "10.0.0.2"},
		{"10.0.0.1:99", []string{"1.1.1.1, , 10.0.0.2"}, "10.0.0.2"},
		{"10.0.0.1:99", []string{"1.1.1.1, 198.51.100.07"}, "10.0.0.1"},
		{"10.0.0.1:99", []string{"198.51.100.7:1234"}, "198.51.100.7"},
		{"10.0.0.1:99", []string{"::ffff:198.51.100.7"}, "198.51.100.7"},
		{"10.0.0.1:99", []string{long + "198.51.100.7"}, "198.51.100.7"},
		{"[fd00::1]:99", []string{"[2001:db8::1]:1234"}, "2001:db8::1"},
		{"[fd00::1]:99", []string{"[2001:db8::1]"}, "2001:db8::1"},
		{"[::ffff:10.0.0.1]:99", []string{"2001:db8::1"}, "2001:db8::1"},
		{"no address", []string{"1.1.1.1"}, ""},
		{"", []string{"1.1.1.1"}, ""},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr, r.Header["X-Forwarded-For"] = c.remote, c.forwarded
		if got := web.ClientAddress(r, proxies); got != c.want {
			t.Errorf("%s through %.60q is %s, want %s", c.remote, c.forwarded, got, c.want)
		}
	}
}

func FuzzClientAddress(f *testing.F) {
	f.Add("198.51.100.7, 10.0.0.2")
	f.Add("[::1]:80,,x")
	f.Fuzz(func(t *testing.T, forwarded string) {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr, r.Header["X-Forwarded-For"] = "10.0.0.1:1", []string{forwarded}
		got := web.ClientAddress(r, proxies)
		if a, err := netip.ParseAddr(got); err != nil || a.String() != got || web.Plain(a) != a {
			t.Errorf("%q is %q", forwarded, got)
		}
	})
}
