// Package httpclient is what the tests of the examples speak HTTP with: the protocol, and nothing
// of the packages that serve it.
package httpclient

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

// Client sends requests to a service as one user, or as nobody.
type Client struct {
	t    testing.TB
	base string
	http *http.Client

	Access, Refreshing string // its tokens; a client without an access token is nobody
}

// New returns a client of the service at a URL.
func New(t testing.TB, base string) *Client {
	// Idle connections of their own, so that a burst neither starves nor outlives its test.
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	t.Cleanup(transport.CloseIdleConnections)
	return &Client{t: t, base: base, http: &http.Client{Transport: transport}}
}

// Of serves a handler for the time of the test and returns a client of it.
func Of(t testing.TB, h http.Handler) *Client {
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return New(t, server.URL)
}

// As returns a client with other tokens.
func (c *Client) As(access, refresh string) *Client {
	other := *c
	other.Access, other.Refreshing = access, refresh
	return &other
}

// Reply is an answer.
type Reply struct {
	t      testing.TB
	what   string
	Status int
	Header http.Header
	Body   string
}

// Get sends a GET.
func (c *Client) Get(path string) Reply {
	c.t.Helper()
	return c.send(http.MethodGet, path, nil)
}

// Delete sends a DELETE.
func (c *Client) Delete(path string) Reply {
	c.t.Helper()
	return c.send(http.MethodDelete, path, nil)
}

// Post posts a body as JSON.
func (c *Client) Post(path string, body any) Reply {
	c.t.Helper()
	return c.send(http.MethodPost, path, body)
}

func (c *Client) send(method, path string, body any) Reply {
	c.t.Helper()
	reply, err := c.Try(method, path, body)
	if err != nil {
		c.t.Fatal(err)
	}
	return reply
}

// Try sends a request from any goroutine.
func (c *Client) Try(method, path string, body any) (Reply, error) {
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.base+path, nil)
	if err != nil {
		return Reply{}, err
	}
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return Reply{}, err
		}
		r.Body = io.NopCloser(bytes.NewReader(text))
		r.ContentLength = int64(len(text))
		r.Header.Set("Content-Type", "application/json")
	}
	if c.Access != "" {
		r.Header.Set("Authorization", "Bearer "+c.Access)
	}
	p, err := c.http.Do(r)
	if err != nil {
		return Reply{}, err
	}
	answer, err := io.ReadAll(p.Body)
	_ = p.Body.Close()
	return Reply{c.t, method + " " + path, p.StatusCode, p.Header, string(answer)}, err
}

// Login returns a client of the user, who must be able to log in.
func (c *Client) Login(email, password string) *Client {
	c.t.Helper()
	p := c.Post("/auth/token/", map[string]string{"email": email, "password": password}).Want(http.StatusOK, "")
	return c.As(p.Text("access"), p.Text("refresh"))
}

// Refresh exchanges the refresh token, and keeps what it gets.
func (c *Client) Refresh() Reply {
	c.t.Helper()
	p := c.Post("/auth/token/refresh/", map[string]string{"refresh": c.Refreshing})
	if p.Status != http.StatusOK {
		return p
	}
	c.Access = p.Text("access")
	if refresh := p.Text("refresh"); refresh != "" {
		c.Refreshing = refresh
	}
	return p
}

// Want ends the test unless the answer has a status and, if it is not empty, a body to the byte.
func (p Reply) Want(status int, body string) Reply {
	p.t.Helper()
	if p.Status != status || body != "" && p.Body != body {
		p.t.Fatalf("%s = %d %s, want %d %s", p.what, p.Status, p.Body, status, body)
	}
	return p
}

// Text returns a text of the body, "" if there is none of that name.
func (p Reply) Text(name string) string {
	var members map[string]any
	_ = json.Unmarshal([]byte(p.Body), &members) // a body that is no object has none
	text, _ := members[name].(string)
	return text
}
