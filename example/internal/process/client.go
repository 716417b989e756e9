package process

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"time"
)

// Client sends requests to processes, none of them twice. It is safe for concurrent use.
type Client struct{ http http.Client }

// NewClient returns a client that waits for an answer at most that long, on at most so many connections
// to each process.
func NewClient(patience time.Duration, connections int) *Client {
	return &Client{http.Client{Timeout: patience, Transport: &http.Transport{
		MaxIdleConnsPerHost: connections, MaxConnsPerHost: connections,
	}}}
}

// Answer is what came back.
type Answer struct {
	Status          int    // 0 if no answer came, or not all of it
	RetryAfter      string // the header
	Err             error
	Access, Refresh string
}

// Unsent reports whether nobody was there to take the request.
func (a Answer) Unsent() bool {
	var e *net.OpError
	return errors.As(a.Err, &e) && e.Op == "dial"
}

// Get asks for a path, with an access token unless it is empty.
func (c *Client) Get(ctx context.Context, p *Process, path, access string) Answer {
	return c.send(ctx, http.MethodGet, p, path, access, nil)
}

// Post sends an object. If the answer is 200, it has tokens.
func (c *Client) Post(ctx context.Context, p *Process, path string, object map[string]string) (a Answer) {
	return c.send(ctx, http.MethodPost, p, path, "", object)
}

func (c *Client) send(ctx context.Context, method string, p *Process, path, access string, object map[string]string) (a Answer) {
	text, err := json.Marshal(object)
	if err != nil {
		return Answer{Err: err}
	}
	r, err := http.NewRequestWithContext(ctx, method, "http://"+p.Addr+path, bytes.NewReader(text))
	if err != nil {
		return Answer{Err: err}
	}
	r.GetBody = nil // nothing is sent twice behind our back
	r.Header.Set("Content-Type", "application/json")
	if access != "" {
		r.Header.Set("Authorization", "Bearer "+access)
	}
	reply, err := c.http.Do(r)
	if err != nil {
		return Answer{Err: err}
	}
	defer reply.Body.Close()
	said, err := io.ReadAll(reply.Body)
	if err == nil && reply.StatusCode == http.StatusOK && method == http.MethodPost {
		err = json.Unmarshal(said, &a)
	}
	if err != nil {
		return Answer{Err: err}
	}
	a.Status, a.RetryAfter = reply.StatusCode, reply.Header.Get("Retry-After")
	return a
}
