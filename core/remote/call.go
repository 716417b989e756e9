package remote

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptrace"
	"slices"
	"time"

	auth "github.com/authplug/authplug/core"
)

// query is a call of the auth-service.
type query struct {
	url           string
	body          []byte // JSON, which is posted; nil: the question is a GET
	authorization string
	caller        string // network address of the client that a call is for; empty: not told
	successes     []int  // statuses
	invalid       string // the detail of a success that cannot be used
	unread        bool   // nobody looks at the body of a success, so it may end early
	again         bool   // asking twice does no harm
}

// request returns q as it goes over the wire, in the headers of the protocol.
func (q query) request(ctx context.Context) (*http.Request, error) {
	method := http.MethodGet
	if q.body != nil {
		method = http.MethodPost
	}
	r, err := http.NewRequestWithContext(ctx, method, q.url, bytes.NewReader(q.body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("User-Agent", "authplug")
	r.Header.Set("Accept", jsonMedia)
	r.Header.Set("Content-Type", jsonMedia)
	if q.body == nil {
		r.Header.Set("Accept-Encoding", "identity")
	}
	if q.caller != "" {
		r.Header.Set("X-Forwarded-For", q.caller)
	}
	if q.authorization != "" {
		r.Header.Set("Authorization", q.authorization)
	}
	return r, nil
}

type callerKey struct{}

// forwarding returns a context of calls on behalf of a client. The auth-service is told its address,
// for its log and its limits, as a proxy does: it believes that of networks that it trusts alone.
func forwarding(ctx context.Context, from auth.Client) context.Context {
	return context.WithValue(ctx, callerKey{}, from.Address)
}

// pauses are those before an idempotent question is put again, long enough together for a service
// that restarts.
var pauses = []time.Duration{
	50 * time.Millisecond, 100 * time.Millisecond, 200 * time.Millisecond,
	400 * time.Millisecond, 800 * time.Millisecond,
}

// ask puts a question until it is answered, or asking again is of no use. Its error is an
// [auth.Error].
func (c *Client) ask(ctx context.Context, q query, b *breaker) (*answer, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, c.settings.Timeout, errTimeout)
	defer cancel()
	a, broken := c.try(ctx, q, b)
	for _, pause := range c.pauses {
		if broken == nil || !broken.passing || !q.again || !b.closed() || !wait(ctx, pause) {
			break
		}
		a, broken = c.try(ctx, q, b)
	}
	if broken != nil {
		return nil, broken.explain(q)
	}
	return a, nil
}

// try puts a question once, if the breaker allows it.
func (c *Client) try(ctx context.Context, q query, b *breaker) (*answer, *breakdown) {
	call, ok := b.enter()
	if !ok {
		return nil, &breakdown{detail: textConnection, cause: errOpen}
	}
	a, broken := c.exchange(ctx, q)
	if broken != nil {
		b.leave(call, broken.outcome)
		return nil, broken
	}
	b.leave(call, a.outcome())
	return a, nil
}

// exchange goes by the transport and not by an [http.Client]: there is no redirect to follow and no
// cookie to keep.
func (c *Client) exchange(ctx context.Context, q query) (*answer, *breakdown) {
	var t trail
	ctx = httptrace.WithClientTrace(ctx, t.trace())
	r, err := q.request(ctx)
	if err != nil {
		return nil, &breakdown{detail: textRequest, cause: err, outcome: abandoned}
	}
	response, err := c.transport.RoundTrip(r)
	if err != nil {
		return nil, t.breakdown(ctx, err)
	}
	defer func() { _ = response.Body.Close() }()
	a := &answer{status: response.StatusCode, header: response.Header}
	if a.fault = a.unusable(q); a.fault != "" {
		return a, nil // what it says is of no interest
	}
	if err := a.read(response.Body); err != nil {
		broken := t.breakdown(ctx, err)
		if q.unread && broken.passing && slices.Contains(q.successes, a.status) {
			return a, nil
		}
		return nil, broken
	}
	return a, nil
}

// read reads a body within the limit.
func (a *answer) read(body io.Reader) error {
	text, err := io.ReadAll(io.LimitReader(body, maxBody+1))
	a.body, a.tooLarge = string(text), len(text) > maxBody
	return err
}

// wait reports whether the time for another call is left after a pause.
func wait(ctx context.Context, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
