package remote_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
)

// The protocol's texts.
const (
	textError       = "Authentication service returned an error."
	textInvalid     = "Authentication service returned an invalid response."
	textInvalidUser = "Authentication service returned an invalid user response."
	textRequest     = "Authentication Service Request Error."
	textConnection  = "Authentication Service Connection Error."
	textTimeout     = "Authentication Service Timed Out."
	textType        = "Authentication Service response has incorrect content-type. Expected application/json but received "
)

// bodyOf returns the body that an error is answered with.
func bodyOf(t *testing.T, e *auth.Error) string {
	t.Helper()
	w := httptest.NewRecorder()
	e.Response().Write(w)
	if w.Code != e.Status() {
		t.Fatalf("%v is answered with %d", e, w.Code)
	}
	return w.Body.String()
}

// everything is an answer that suits every call.
const everything = `{"detail":"hunter2","access":"a","refresh":"r","token":"t","id":1,"email":"a@b.co"}`

func TestEveryStatusIsASuccessARefusalOrAnOutage(t *testing.T) {
	var status int
	u := newUpstream(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Set-Cookie", "a=hunter2")
		w.Header().Set("WWW-Authenticate", "hunter2")
		w.Header().Set("Location", "/elsewhere/")
		says(status, everything)(w, r)
	})
	c := newClient(t, u.URL)
	asked := 0
	for status = 200; status < 600; status++ {
		names := []string{"token"}
		if status%100 < 5 || status == http.StatusTooManyRequests {
			names = []string{"token", "verify", "user", "password", "blacklist"}
		}
		for _, name := range names {
			checkStatus(t, name, status, calls[name](t.Context(), c))
			asked++
		}
	}
	if n := len(u.seen()); n != asked {
		t.Errorf("%d requests for %d calls: each is sent once and no redirect followed", n, asked)
	}
}

func checkStatus(t *testing.T, call string, status int, err error) {
	t.Helper()
	created := status == http.StatusCreated && call != "verify" && call != "user"
	switch {
	case status == http.StatusOK || created:
		if err != nil {
			t.Fatalf("%s, %d: %v", call, status, err)
		}
	case slices.Contains([]int{400, 401, 403, 429}, status):
		e := answered(t, err, status, "hunter2")
		if got := bodyOf(t, e); got != everything {
			t.Fatalf("%s, %d: answered with %s, want the body as it is", call, status, got)
		}
		if h := e.Response().Header; len(h) > 0 {
			t.Fatalf("%s, %d: headers %v pass", call, status, h)
		}
	case status >= 300 && status < 400:
		wantError(t, err, http.StatusServiceUnavailable, textRequest)
	default:
		e := answered(t, err, http.StatusServiceUnavailable, textError)
		if told := bodyOf(t, e) + e.Error() + fmt.Sprint(e.Response().Header); strings.Contains(told, "hunter2") {
			t.Fatalf("%s, %d: the answer is quoted: %s", call, status, told)
		}
	}
}

// odd are bodies that two readers may understand differently, or that are no object.
var odd = map[string]string{
	"empty":             "",
	"list":              `[{"access":"a","refresh":"r"}]`,
	"text":              `"access"`,
	"number":            "5",
	"null":              "null",
	"true":              "true",
	"garbage":           "malformed{json}",
	"cut":               `{"access":"a","refresh":"r"`,
	"rest":              `{"access":"a","refresh":"r"} x`,
	"two":               `{"access":"a","refresh":"r"}{}`,
	"comment":           `{"access":"a","refresh":"r"}//`,
	"comma":             `{"access":"a","refresh":"r",}`,
	"mark":              "\ufeff" + `{"access":"a","refresh":"r"}`,
	"twice":             `{"access":"a","refresh":"r","access":"b"}`,
	"twice, escaped":    `{"access":"a","refresh":"r","\u0061ccess":"b"}`,
	"twice, within":     `{"access":"a","refresh":"r","x":{"y":1,"y":2}}`,
	"not UTF-8":         "{\"access\":\"a\",\"refresh\":\"r\",\"x\":\"\xff\"}",
	"half a surrogate":  `{"access":"a","refresh":"r","x":"\ud800"}`,
	"control character": "{\"access\":\"a\",\"refresh\":\"r\",\"x\":\"\n\"}",
	"not a number":      `{"access":"a","refresh":"r","x":NaN}`,
	"huge number":       `{"access":"a","refresh":"r","x":1e999}`,
	"deep":              `{"access":"a","refresh":"r","x":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + "}",
	"many":              `{"access":"a","refresh":"r"` + manyMembers(5000) + "}",
	"large":             `{"access":"a","refresh":"r","x":"` + strings.Repeat("x", 64<<10) + `"}`,
	"ten megabytes":     `{"access":"a","refresh":"r","x":"` + strings.Repeat("x", 10<<20) + `"}`,
}

func manyMembers(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"m%d":0`, i)
	}
	return b.String()
}

// RM-04.
func TestOddSuccessesAreOutages(t *testing.T) {
	for name, body := range odd {
		body = strings.Replace(body, `"access":"a"`, `"id":1,"email":"a@b.co","token":"t","access":"a"`, 1)
		c := newClient(t, newUpstream(t, says(http.StatusOK, body)).URL)
		for call, ask := range calls {
			err := ask(t.Context(), c)
			small := len(body) <= 64<<10
			switch {
			case call == "verify" && small:
				if err != nil {
					t.Errorf("%s: verify looks at the body: %v", name, err)
				}
			case call == "user":
				wantError(t, err, http.StatusServiceUnavailable, textInvalidUser)
			default:
				wantError(t, err, http.StatusServiceUnavailable, textInvalid)
			}
		}
	}
}

func TestOddRefusalsKeepTheirStatusAlone(t *testing.T) {
	for name, body := range odd {
		c := newClient(t, newUpstream(t, says(http.StatusUnauthorized, body)).URL)
		for _, ask := range calls {
			err := ask(t.Context(), c)
			if len(body) > 64<<10 {
				wantError(t, err, http.StatusServiceUnavailable, "")
				continue
			}
			e := answered(t, err, http.StatusUnauthorized, textError)
			if got := bodyOf(t, e); got != `{"detail":"`+textError+`"}` {
				t.Errorf("%s: answered with %s", name, got)
			}
		}
	}
}

func TestMediaTypesAreCompared(t *testing.T) {
	for media, told := range map[string]string{
		"application/json":                    "",
		"application/json; charset=utf-8":     "",
		"Application/JSON":                    "",
		"application/json ; x=\"y;z\"":        "",
		"application/json;":                   "",
		"":                                    "None",
		"text/json":                           "text/json",
		"text/html; charset=utf-8":            "text/html; charset=utf-8",
		"application/jsonx":                   "application/jsonx",
		"application/vnd.api+json":            "application/vnd.api+json",
		"application/json, text/html":         "application/json, text/html",
		"text/html, application/json":         "text/html, application/json",
		"nonsense":                            "nonsense",
		"text/" + strings.Repeat("x", 1000):   "text/" + strings.Repeat("x", 59),
		"text/\u00e9\u2028\tplain; secret=ok": "text/???plain; secret=ok",
	} {
		c := newClient(t, newUpstream(t, saysAs(media, http.StatusOK, `{"access":"a","refresh":"r"}`)).URL)
		_, err := c.Token(t.Context(), alice)
		if told == "" {
			if err != nil {
				t.Errorf("%q: %v", media, err)
			}
			continue
		}
		wantError(t, err, http.StatusServiceUnavailable, textType+told)
	}
}

func TestTwoMediaTypesAreNone(t *testing.T) {
	u := newUpstream(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Content-Type"] = []string{"application/json", "text/html"}
		_, _ = io.WriteString(w, `{"access":"a","refresh":"r"}`)
	})
	_, err := newClient(t, u.URL).Token(t.Context(), alice)
	wantError(t, err, http.StatusServiceUnavailable, textType+"application/json, text/html")
}

// Where several things are wrong the protocol names one of them.
func TestFaultsAreToldAsInTheProtocol(t *testing.T) {
	for _, c := range []struct {
		call, media string
		status      int
		detail      string
	}{
		{"token", "text/html", 404, textType + "text/html"},
		{"token", "text/html", 500, textType + "text/html"},
		{"token", "text/html", 302, textRequest},
		{"user", "text/html", 500, textError},
		{"user", "text/html", 404, textError},
		{"user", "text/html", 302, textRequest},
		{"user", "text/html", 200, textType + "text/html"},
		{"user", "text/html", 403, textType + "text/html"},
		{"verify", "text/html", 200, textType + "text/html"},
		{"token", "application/json", 204, textError},
	} {
		client := newClient(t, newUpstream(t, saysAs(c.media, c.status, "")).URL)
		wantError(t, calls[c.call](t.Context(), client), http.StatusServiceUnavailable, c.detail)
	}
}

// RM-03.
func TestCompressedAnswersAreNotRead(t *testing.T) {
	for _, encoding := range []string{"gzip", "br", "identity, gzip", "GZIP"} {
		u := newUpstream(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", encoding)
			says(http.StatusOK, everything)(w, r)
		})
		c := newClient(t, u.URL)
		_, err := c.Token(t.Context(), alice)
		wantError(t, err, http.StatusServiceUnavailable, textInvalid)
		for _, s := range u.seen() {
			if got := s.header.Get("Accept-Encoding"); got != "" {
				t.Errorf("asked for %q", got)
			}
		}
	}
}
