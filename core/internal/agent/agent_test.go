package agent_test

import (
	"strings"
	"testing"

	"github.com/authplug/authplug/core/internal/agent"
)

func TestLabel(t *testing.T) {
	const webkit = "AppleWebKit/537.36 (KHTML, like Gecko) "
	for userAgent, want := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0":                                    "Firefox on Linux",
		"Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0":                                      "Firefox on Android",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) " + webkit + "Chrome/142.0.0.0 Safari/537.36":                    "Chrome on Windows",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) " + webkit + "Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0":      "Edge on Windows",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) " + webkit + "Chrome/142.0.0.0 Safari/537.36 OPR/124.0":    "Opera on macOS",
		"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) " + webkit + "Chrome/142.0.0.0 Safari/537.36":                     "Chrome on ChromeOS",
		"Mozilla/5.0 (Linux; Android 15; SM-S938B) " + webkit + "SamsungBrowser/29.0 Chrome/136 Safari/537":         "Samsung Internet on Android",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML) Version/26.0 Safari/605":      "Safari on macOS",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605 CriOS/142.0 Mobile/15E148 Safari/6": "Chrome on iPhone",
		"Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) AppleWebKit/605 FxiOS/140.0 Mobile/15E148 Safari/605":        "Firefox on iPad",
		"Mozilla/5.0 (compatible; somebot)":     "Mozilla/5.0",
		"Mozilla/5.0 (Linux; unheard of)":       "Linux",
		"curl/8.14.1":                           "curl/8.14.1",
		"my-app/1.2 (Linux; Firefox/1)":         "my-app/1.2",
		"  \t python-requests/2.32 CPython/3":   "python-requests/2.32",
		"":                                      "Unknown device",
		"\x00\x1b\u2028 \xff\xfe":               "Unknown device",
		"a\x1b[31mb\u202ec/1\r\nSet-Cookie: d":  "a[31mbc/1",
		"\x01\x02 second":                       "second",
		strings.Repeat("x", 100<<10):            strings.Repeat("x", 64),
		"Mozilla/" + strings.Repeat("5", 10000): "Mozilla/" + strings.Repeat("5", 56),
	} {
		if got := agent.Label(userAgent); got != want {
			t.Errorf("Label(%.80q) = %q, want %q", userAgent, got, want)
		}
	}
}
