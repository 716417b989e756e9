package example_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestTrustedProxiesSayWhoTheClientIs(t *testing.T) {
	eachFramework(t, func(t *testing.T, framework string) {
		p := newPlace(t, framework, storeMemory)
		for variable, want := range map[string]string{
			"TRUSTED_PROXIES=127.0.0.0/8, ::1/128": `"address":"198.51.100.7"`,
			"TRUSTED_PROXIES=10.0.0.0/8":           `"address":"127.0.0.1"`,
			"TRUSTED_PROXIES=":                     `"address":"127.0.0.1"`,
		} {
			service := p.with(variable).start()
			r, err := http.NewRequest(http.MethodPost, "http://"+service.addr+"/auth/token/",
				strings.NewReader(`{"email":"nobody@example.com","password":"x"}`))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("X-Forwarded-For", "192.0.2.1, 198.51.100.7")
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			_ = answer.Body.Close()
			if log := service.stop(); !strings.Contains(log, `"msg":"login_failed"`) || !strings.Contains(log, want) {
				t.Errorf("with %s the log is %s, want %s", variable, log, want)
			}
		}
	})
}
