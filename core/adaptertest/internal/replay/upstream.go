package replay

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/adaptertest/recorded"
)

// scripted begins the setups of client-services whose auth-service was no real one. What it answered
// other than usual follows as JSON.
const scripted = "client -> scripted fake auth-service, REMOTE_AUTH_REQUEST_TIMEOUT=1"

// script is what a scripted auth-service answers, by path.
type script map[string]recorded.Reply

// everywhereElse is what it answers at other paths.
const everywhereElse = "other paths"

// recordedUpstream is where the recorded one was: what led there leads to this one.
const recordedUpstream = "http://127.0.0.1:18091"

// restOfLongName ends the one setup that was recorded in part: within a name that is too long.
var restOfLongName = strings.Repeat("x", auth.MaxName+1) +
	`\", \"email\": \"fake@test.com\", \"last_name\": \"User\", \"is_active\": true}"}}`

// scriptOf returns the script of a setup, or false if the auth-service was a real one or none.
func scriptOf(setup string) (script, bool) {
	rest, ok := strings.CutPrefix(setup, scripted)
	if !ok {
		return nil, false
	}
	s := maps.Clone(script(recorded.People().Upstream))
	rest = strings.TrimPrefix(rest, "; upstream: ")
	if rest == "" {
		return s, true
	}
	if !strings.HasSuffix(rest, "}") {
		rest += restOfLongName
	}
	var other script
	decoder := json.NewDecoder(strings.NewReader(rest))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&other); err != nil {
		panic("replay: a script: " + err.Error()) // it is part of the program
	}
	maps.Copy(s, other)
	return s, true
}

// endless reports whether a call of the auth-service would never end by itself.
func (s script) endless() bool {
	for _, r := range s {
		if r.Delay > 0 || r.Action == "drip" {
			return true
		}
	}
	return false
}

// open starts the auth-service and returns its address.
func (s script) open(t *testing.T) string {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then it is noticed that the client has gone
		reply, ok := s[r.URL.Path]
		if !ok {
			reply = s[everywhereElse]
		}
		write(w, r, reply, server.URL)
	})
	server.Start()
	t.Cleanup(server.Close)
	return server.URL
}

// write answers as the script says. What took its time takes for ever here: nobody waits for it.
func write(w http.ResponseWriter, r *http.Request, reply recorded.Reply, self string) {
	body := bodyOf(reply)
	for name, value := range headersOf(reply) {
		w.Header().Set(name, strings.ReplaceAll(value, recordedUpstream, self))
	}
	switch {
	case reply.Delay > 0:
		<-r.Context().Done()
	case reply.Action == "close":
		panic(http.ErrAbortHandler)
	case reply.Action == "partial":
		w.Header().Set("Content-Length", "100")
		body = []byte(`{"`)
	case reply.Action == "drip":
		w.WriteHeader(reply.Status)
		drip(w, r)
		return
	}
	if w.Header().Get("Content-Type") == "" {
		w.Header()["Content-Type"] = nil // it would be guessed
	}
	w.WriteHeader(reply.Status)
	_, _ = w.Write(body)
}

// drip sends an object, byte by byte, that has no end.
func drip(w http.ResponseWriter, r *http.Request) {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	next := "{"
	for {
		_, _ = io.WriteString(w, next)
		_ = http.NewResponseController(w).Flush()
		next = " "
		select {
		case <-tick.C:
		case <-r.Context().Done():
			return
		}
	}
}

func headersOf(reply recorded.Reply) map[string]string {
	switch {
	case reply.Headers != nil:
		return reply.Headers
	case reply.ContentType != "":
		return map[string]string{"Content-Type": reply.ContentType}
	}
	return map[string]string{"Content-Type": "application/json"}
}

func bodyOf(reply recorded.Reply) []byte {
	var text string
	if bytes.HasPrefix(reply.Body, []byte(`"`)) && json.Unmarshal(reply.Body, &text) == nil {
		return []byte(text)
	}
	return reply.Body
}
