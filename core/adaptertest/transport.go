package adaptertest

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// What only a connection can show: how a body is framed.
var transportClaims = []claim{
	{"a body has its limit however it is framed", framedBodies},
	{"a body that is too large is refused before it is sent", refusedEarly},
	{"a body that is not as long as it says is refused", lyingBodies},
	{"bodies of many parts are refused", manifoldBodies},
	{"a header of any size is refused or unauthenticated", longHeaders},
}

// connected is a server of an application's handler, and its application.
type connected struct {
	*app
	addr string
}

func (h Harness) connected(t *testing.T) connected {
	t.Helper()
	a := h.app(t, nil)
	a.user(ann)
	a.store.calls()
	server := httptest.NewServer(a.handler)
	t.Cleanup(server.Close)
	return connected{a, server.Listener.Addr().String()}
}

// exchange writes requests as they are and returns the first answer.
func (c connected) exchange(raw string) reply {
	c.t.Helper()
	return c.converse(raw, func(net.Conn) {})
}

// cut does the same, and then the client sends no more.
func (c connected) cut(raw string) reply {
	c.t.Helper()
	return c.converse(raw, func(conn net.Conn) {
		if half, ok := conn.(*net.TCPConn); ok {
			_ = half.CloseWrite()
		}
	})
}

func (c connected) converse(raw string, sent func(net.Conn)) reply {
	c.t.Helper()
	conn, err := (&net.Dialer{}).DialContext(c.t.Context(), "tcp", c.addr)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	go func() {
		_, _ = io.WriteString(conn, raw) // the server may refuse before it has read everything
		sent(conn)
	}()
	p, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		c.t.Errorf("no answer to %.60q: %v", raw, err)
		return reply{}
	}
	defer func() { _ = p.Body.Close() }()
	body, _ := io.ReadAll(p.Body)
	r := reply{status: p.StatusCode, header: p.Header, text: string(body)}
	_ = json.Unmarshal(body, &r.body)
	if p.Close {
		r.header.Set("Connection", "close")
	}
	return r
}

// request is a POST to an endpoint with headers of its own, in text.
func (c connected) request(endpoint, body string, header ...string) string {
	return "POST " + c.path(endpoint) + " HTTP/1.1\r\nHost: example.com\r\nContent-Type: application/json\r\n" +
		strings.Join(append(header, "", ""), "\r\n") + body
}

func length(n int) string { return fmt.Sprintf("Content-Length: %d", n) }

const chunked = "Transfer-Encoding: chunked"

// chunks frames a body in pieces.
func chunks(body string, size int) string {
	var b strings.Builder
	for len(body) > 0 {
		piece := body[:min(size, len(body))]
		body = body[len(piece):]
		fmt.Fprintf(&b, "%x\r\n%s\r\n", len(piece), piece)
	}
	return b.String() + "0\r\n\r\n"
}

func padded(size int) string { return "{" + strings.Repeat(" ", size-2) + "}" }

// unworked fails if anything was hashed or the store was asked.
func (c connected) unworked(hashes uint64) {
	c.t.Helper()
	if n, calls := c.service.PasswordStats().Computed-hashes, c.store.calls(); n != 0 || len(calls) != 0 {
		c.t.Errorf("%d hashes and %v for nothing", n, calls)
	}
}

// DS-01.
func framedBodies(t *testing.T, h Harness) {
	c := h.connected(t)
	hashes := c.service.PasswordStats().Computed
	for endpoint, fields := range posted {
		for size, status := range map[int]int{
			16384: http.StatusBadRequest, 16385: http.StatusRequestEntityTooLarge, 1 << 20: http.StatusRequestEntityTooLarge,
		} {
			want := eachField(fields, "This field is required.")
			if status != http.StatusBadRequest {
				want = tooLargeBody
			}
			body := padded(size)
			for _, p := range []reply{
				c.exchange(c.request(endpoint, body, length(size))),
				c.exchange(c.request(endpoint, chunks(body, size), chunked)),
				c.exchange(c.request(endpoint, chunks(body, 1000), chunked)),
			} {
				p.want(t, status, want)
				if closed := p.header.Get("Connection") == "close"; status != http.StatusBadRequest && !closed {
					t.Errorf("%s, %d bytes: the connection stays open", endpoint, size)
				}
			}
		}
	}
	c.unworked(hashes)
}

// DS-01. Whoever waits for the word to go on must not be told to send what nobody will read.
func refusedEarly(t *testing.T, h Harness) {
	c := h.connected(t)
	c.exchange(c.request("/token/", "", length(16385), "Expect: 100-continue")).
		want(t, http.StatusRequestEntityTooLarge, tooLargeBody)
	c.exchange(c.request("/token/", "", length(1<<40), "Expect: 100-continue")).
		want(t, http.StatusRequestEntityTooLarge, tooLargeBody)
	c.exchange(c.request("/token/", "", length(16384), "Expect: 100-continue")).want(t, http.StatusContinue, "")
}

// DS-01.
func lyingBodies(t *testing.T, h Harness) {
	c := h.connected(t)
	hashes := c.service.PasswordStats().Computed
	body := encoded(t, object{"email": ann, "password": userPassword})
	const incomplete = `{"detail":"The request body could not be read."}`
	c.cut(c.request("/token/", body, length(len(body)+1))).want(t, http.StatusBadRequest, incomplete)
	c.cut(c.request("/token/", body, length(16384))).want(t, http.StatusBadRequest, incomplete)
	c.cut(c.request("/token/", strings.TrimSuffix(chunks(body, 10), "0\r\n\r\n"), chunked)).want(t, http.StatusBadRequest, incomplete)
	c.cut(c.request("/token/", "5\r\n"+body, chunked)).want(t, http.StatusBadRequest, incomplete)
	c.cut(c.request("/token/", "zz\r\n"+body, chunked)).want(t, http.StatusBadRequest, incomplete)
	wantParseError(t, body, c.exchange(c.request("/token/", body, length(len(body)-1))))
	for _, header := range [][]string{{length(-1)}, {length(5), length(6)}, {"Content-Length: 5x"}, {"Transfer-Encoding: gzip"}} {
		if p := c.exchange(c.request("/token/", body, header...)); p.status != http.StatusBadRequest && p.status != http.StatusNotImplemented {
			t.Errorf("%v: %d %s", header, p.status, p.text)
		}
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write(make([]byte, 10<<20))
	_ = w.Close()
	c.exchange(c.request("/token/", packed.String(), length(packed.Len()), "Content-Encoding: gzip")).
		want(t, http.StatusUnsupportedMediaType, `{"detail":"Unsupported content encoding in request."}`)
	c.unworked(hashes)
}

// manifold are bodies of so many parts, by their type.
func manifold(parts int) map[string]string {
	var members, fields, sections strings.Builder
	for i := range parts {
		fmt.Fprintf(&members, `"k%d":1,`, i)
		fmt.Fprintf(&fields, "k%d=1&", i)
		fmt.Fprintf(&sections, "--x\r\nContent-Disposition: form-data; name=k%d\r\n\r\n1\r\n", i)
	}
	return map[string]string{
		"application/json":                  "{" + members.String() + `"last":1}`,
		"application/json; charset=utf-8":   `{"a":` + strings.Repeat("[", parts) + strings.Repeat("]", parts) + "}",
		"application/x-www-form-urlencoded": fields.String(),
		"multipart/form-data; boundary=x":   sections.String() + "--x--\r\n",
	}
}

// DS-04.
func manifoldBodies(t *testing.T, h Harness) {
	c := h.connected(t)
	hashes := c.service.PasswordStats().Computed
	for parts, status := range map[int]int{200: http.StatusBadRequest, 100_000: http.StatusRequestEntityTooLarge} {
		for kind, body := range manifold(parts) {
			raw := strings.Replace(c.request("/token/", body, length(len(body))), "application/json", kind, 1)
			if p := c.exchange(raw); p.status != status || p.field("detail") == "" {
				t.Errorf("%d parts of %s: %d %s", parts, kind, p.status, p.text)
			}
		}
	}
	long := encoded(t, object{"email": ann, "password": strings.Repeat("x", 1<<20)})
	c.exchange(c.request("/token/", long, length(len(long)))).want(t, http.StatusRequestEntityTooLarge, tooLargeBody)
	odd := encoded(t, object{"email": strings.Repeat("(", 16000), "password": userPassword})
	c.exchange(c.request("/create-user/", odd, length(len(odd)))).
		want(t, http.StatusBadRequest, fieldBody("email", "Enter a valid email address."))
	c.unworked(hashes)
}

// DS-02.
func longHeaders(t *testing.T, h Harness) {
	c := h.connected(t)
	access := c.login(ann).access
	c.store.calls()
	get := func(header string) reply {
		return c.exchange("GET /api/me HTTP/1.1\r\nHost: example.com\r\n" + header + "\r\n\r\n")
	}
	get("Authorization: Bearer "+access).want(t, http.StatusOK, "")
	c.store.calls()
	for _, header := range []string{
		"Authorization: Bearer " + strings.Repeat("a", 8193), "Authorization: Bearer " + strings.Repeat(".", 900<<10),
		"Authorization: Bearer " + strings.Repeat("a", 900<<10), "Authorization: Bearer " + strings.Repeat("a.a.a", 180<<10),
	} {
		get(header).want(t, http.StatusUnauthorized, refusedBody(invalidText))
	}
	get("Cookie: access="+strings.Repeat("a; x=", 180<<10)).want(t, http.StatusUnauthorized, nobodyBody)
	get("Authorization: Bearer "+strings.Repeat("a", 2<<20)).want(t, http.StatusRequestHeaderFieldsTooLarge, "")
	c.unworked(c.service.PasswordStats().Computed)
	if n := c.hit("/api/me"); n != 1 {
		t.Errorf("%d handlers ran, want one", n)
	}
}
