package auth_test

import (
	"testing"

	auth "github.com/authplug/authplug/core"
)

func TestAHeaderOfServersCarriesNoTokens(t *testing.T) {
	for _, name := range []string{
		"Expect", "expect", "HTTP_EXPECT", "Upgrade", "Trailer", "TE", "Set-Cookie", "Accept", "Accept-Encoding", "Transfer-Encoding",
		"Connection", "Keep-Alive", "Content-Encoding", "Content-Type", "Host", "Cookie", "Origin", "Referer", "Range", "User-Agent", "Via",
		"If-None-Match", "Forwarded", "Proxy-Authorization", "WWW-Authenticate", "Sec-Fetch-Site",
	} {
		settings := good()
		settings.Header.Name = name
		if _, err := auth.New(settings, auth.In(noStore{})); err == nil {
			t.Errorf("Header.Name = %q is accepted", name)
		} else {
			names(t, err, "Header.Name")
		}
		settings = good()
		settings.Header.Refresh = name
		if _, err := auth.New(settings, auth.In(noStore{})); err == nil {
			t.Errorf("Header.Refresh = %q is accepted", name)
		} else {
			names(t, err, "Header.Refresh")
		}
	}
	for _, name := range []string{"X-Access-Token", "X-Forwarded-Access-Token", "Token", "HTTP_X_TOKEN"} {
		settings := good()
		settings.Header.Name = name
		if _, err := auth.New(settings, auth.In(noStore{})); err != nil {
			t.Errorf("Header.Name = %q: %v", name, err)
		}
	}
}
