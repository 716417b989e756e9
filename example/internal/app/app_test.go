package app

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestAPanicIsA500AndALine(t *testing.T) {
	var log bytes.Buffer
	h := recovered(slog.New(slog.NewJSONHandler(&log, nil)), http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("broken") }))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/?token=secret", nil))
	if w.Code != 500 || w.Body.String() != `{"detail":"Internal server error.","code":"internal_error"}` {
		t.Errorf("answer = %d %s", w.Code, w.Body)
	}
	if got := log.String(); !strings.Contains(got, `"value":"broken"`) || strings.Contains(got, "secret") {
		t.Errorf("log = %s", got)
	}
}

func TestRequestsAreLoggedAtDebugOnly(t *testing.T) {
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Pattern = "/items/:id"
		w.WriteHeader(http.StatusTeapot)
	})
	for level, want := range map[slog.Level]string{
		slog.LevelInfo:  "",
		slog.LevelDebug: `"msg":"request","method":"GET","route":"/items/:id","status":418,`,
	} {
		var log bytes.Buffer
		l := slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: level}))
		logged(l, h).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/items/1?token=secret", nil))
		if got := log.String(); !strings.Contains(got, want) || (want == "") != (got == "") || strings.Contains(got, "secret") {
			t.Errorf("at %v the log is %q, want %q", level, got, want)
		}
	}
}

func TestPasswordIsOneLine(t *testing.T) {
	for input, want := range map[string]string{
		"secret words": "secret words", "secret words\n": "secret words", "secret words\r\n": "secret words",
		" kept as it is \n": " kept as it is ", "first\nsecond\n": "first", "☃☃☃": "☃☃☃",
	} {
		if got, err := readPassword(strings.NewReader(input)); err != nil || got != want {
			t.Errorf("readPassword(%q) = %q, %v; want %q", input, got, err, want)
		}
	}
	for _, input := range []string{"", "\n", "\r\n", "a\x00b", "a\xffb"} {
		if got, err := readPassword(strings.NewReader(input)); err == nil {
			t.Errorf("readPassword(%q) = %q", input, got)
		}
	}
	if _, err := readPassword(io.MultiReader(strings.NewReader("half a"), errReader{})); !errors.Is(err, errBroken) {
		t.Errorf("of a broken input: %v", err)
	}
}

var errBroken = errors.New("broken")

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, errBroken }
