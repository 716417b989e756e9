package example_test

import (
	"net/http"
	"strings"
	"testing"
)

// inTwoCookies is a service behind a proxy that speaks https.
const inTwoCookies = "EASY_JWT_COOKIE_MODE=two-cookies PUBLIC_URL=https://auth.example.com"

func TestBadSettingsOfCookiesAreNamed(t *testing.T) {
	for _, c := range []struct{ environ, name, want string }{
		{"EASY_JWT_COOKIE_MODE=three", "EASY_JWT_COOKIE_MODE", "two-cookies"},
		{"EASY_JWT_COOKIE_MODE=one-cookie PUBLIC_URL=http://auth.example.com", "PUBLIC_URL", "https"},
		{"EASY_JWT_COOKIE_MODE=one-cookie PUBLIC_URL=https://auth.example.com/x", "PUBLIC_URL", "without a path"},
		{"DEV=false EASY_JWT_COOKIE_MODE=one-cookie PUBLIC_URL=http://auth.example.com", "PUBLIC_URL", "https"},
		{"DEV=false EASY_JWT_COOKIE_MODE=one-cookie EASY_JWT_COOKIE_INSECURE=true", "EASY_JWT_COOKIE_INSECURE", "development"},
		{inTwoCookies + " EASY_JWT_COOKIE_INSECURE=true", "EASY_JWT_COOKIE_INSECURE", "loopback"},
		{inTwoCookies + " EASY_JWT_COOKIE_KEY=AAAA", "EASY_JWT_COOKIE_KEY", "base64 of 32 bytes"},
		{inTwoCookies + " EASY_JWT_COOKIE_DOMAIN=example.org", "EASY_JWT_COOKIE_DOMAIN", "no parent"},
		{inTwoCookies + " EASY_JWT_COOKIE_DOMAIN=com", "EASY_JWT_COOKIE_DOMAIN", "anybody"},
		{inTwoCookies + " EASY_JWT_COOKIE_DOMAIN=.example.com", "EASY_JWT_COOKIE_DOMAIN", "dots around"},
		{"EASY_JWT_COOKIE_MODE=one-cookie PUBLIC_URL=https://a.github.io EASY_JWT_COOKIE_DOMAIN=github.io", "EASY_JWT_COOKIE_DOMAIN", "anybody"},
		{inTwoCookies + " EASY_JWT_COOKIE_SAMESITE=Loose", "EASY_JWT_COOKIE_SAMESITE", "lax"},
		{inTwoCookies + " EASY_JWT_COOKIE_ACCESS_NAME=a,b", "EASY_JWT_COOKIE_ACCESS_NAME", "no name"},
		{inTwoCookies + " EASY_JWT_COOKIE_ACCESS_NAME=x EASY_JWT_COOKIE_REFRESH_NAME=X", "EASY_JWT_COOKIE_REFRESH_NAME", "another cookie"},
		{inTwoCookies + " EASY_JWT_COOKIE_ACCESS_NAME=__host-csrf", "EASY_JWT_COOKIE_ACCESS_NAME", "another cookie"},
		{inTwoCookies + " EASY_JWT_COOKIE_REFRESH_NAME=__Host-refresh", "EASY_JWT_COOKIE_REFRESH_NAME", "path /"},
		{inTwoCookies + " EASY_JWT_COOKIE_REFRESH_PATH=/elsewhere/", "EASY_JWT_COOKIE_REFRESH_PATH", "/auth/token/refresh/"},
		{inTwoCookies + " EASY_JWT_TRUSTED_ORIGINS=https://a.example/", "EASY_JWT_TRUSTED_ORIGINS", "as browsers write it"},
		{inTwoCookies + " EASY_JWT_TRUSTED_ORIGINS=http://a.example", "EASY_JWT_TRUSTED_ORIGINS", "https"},
		{inTwoCookies + " EASY_JWT_TRUSTED_ORIGINS=*", "EASY_JWT_TRUSTED_ORIGINS", "as browsers write it"},
		{inTwoCookies + " EASY_JWT_ALLOWED_AUTH_ORIGINS=a.example", "EASY_JWT_ALLOWED_AUTH_ORIGINS", "as browsers write it"},
		{inTwoCookies + " EASY_JWT_REDIRECT_HOSTS=https://a.example", "EASY_JWT_REDIRECT_HOSTS", "without scheme"},
		{inTwoCookies + " EASY_JWT_REDIRECT_HOSTS=*.example.com", "EASY_JWT_REDIRECT_HOSTS", "no host"},
		{inTwoCookies + " EASY_JWT_LOGIN_URL=/login/", "EASY_JWT_LOGIN_URL", "https"},
		{"EASY_JWT_PAGES=true", "EASY_JWT_PAGES", "COOKIE_MODE"},
		{"EASY_JWT_PAGES=maybe", "EASY_JWT_PAGES", "neither"},
		{"SMTP_URL=smtps://mail.example.com", "SMTP_URL", "MAIL_FROM"},
		{"SMTP_URL=http://mail.example.com MAIL_FROM=a@example.com", "SMTP_URL", "smtps://"},
		{"SMTP_URL=smtps://mail.example.com MAIL_FROM=a", "MAIL_FROM", "no address"},
		{"DEV=false EASY_JWT_CONFIRM_EMAIL=true PUBLIC_URL=https://auth.example.com", "EASY_JWT_CONFIRM_EMAIL", "needs"},
		{"EASY_JWT_COOKIE_DOMAIN=example.com", "EASY_JWT_COOKIE_DOMAIN", "no meaning"},
		{"EASY_JWT_REFRESH_TOKEN_IN_COOKIE=true " + inTwoCookies, "EASY_JWT_REFRESH_TOKEN_IN_COOKIE", "drop one"},
		{"EASY_JWT_REFRESH_TOKEN_IN_COOKIE=true EASY_JWT_AUTH_COOKIE_HTTP_ONLY=false", "EASY_JWT_AUTH_COOKIE_HTTP_ONLY", "steal"},
		{"EASY_JWT_REFRESH_TOKEN_IN_COOKIE=true EASY_JWT_AUTH_COOKIE_DOMAIN=example.com", "EASY_JWT_AUTH_COOKIE_DOMAIN", "host"},
		{"EASY_JWT_COOKIE_MODE=refresh-cookie EASY_JWT_TOKEN_KIND=sliding", "EASY_JWT_COOKIE_MODE", "sliding"},
	} {
		p := newPlace(t, append(strings.Fields(c.environ), strongKey, "ADDR=127.0.0.1:8000", "STORE=memory:")...)
		if !strings.Contains(c.environ, "DEV=") {
			p.env = append(p.env, "DEV=true")
		}
		wantOneLine(t, p, c.name+": ", c.want)
	}
}

func TestACookieKeyIsRequiredWhereNoneCanBeDerived(t *testing.T) {
	p := newClientPlace(t, append(strings.Fields(inTwoCookies), "EASY_JWT_REMOTE_AUTH_SERVICE_URL=https://auth.example.com", "DEV=false")...)
	wantProblem(t, p, "COOKIE_KEY", "openssl rand -base64 32")
}

// TestCookiesOfTheProgramAreSecureOutsideDevelopment: also on loopback, where a proxy of the machine may speak TLS.
func TestCookiesOfTheProgramAreSecureOutsideDevelopment(t *testing.T) {
	for dev, want := range map[string]string{"true": "csrf", "false": "__Host-csrf"} {
		s := newPlace(t, strongKey, "DEV="+dev, "STORE=memory:", "EASY_JWT_COOKIE_MODE=one-cookie").start()
		w, err := http.Get("http://" + s.addr + "/auth/csrf/")
		if err != nil {
			t.Fatal(err)
		}
		_ = w.Body.Close()
		for _, c := range w.Cookies() {
			if c.Secure != (dev == "false") || strings.HasSuffix(c.Name, "csrf") && c.Name != want {
				t.Errorf("DEV=%s sets %s", dev, c)
			}
		}
	}
}
