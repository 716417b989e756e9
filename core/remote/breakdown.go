package remote

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http/httptrace"
	"sync/atomic"
	"syscall"

	auth "github.com/authplug/authplug/core"
)

// Why there is no answer, besides what the network says.
var (
	errTimeout = fmt.Errorf("no whole answer in time: %w", context.DeadlineExceeded)
	errOpen    = errors.New("not asked, after several outages in a row")
)

// breakdown is a call without an answer.
type breakdown struct {
	detail  string
	cause   error
	outcome outcome
	passing bool // a connection was lost, or there was none: the next may be better
}

// explain returns what the caller is told.
func (b *breakdown) explain(q query) *auth.Error {
	return unavailable(b.detail, fmt.Errorf("%s: %w", q.url, b.cause))
}

// trail is how far a call came.
type trail struct {
	heard     atomic.Bool // something of an answer
	handshake atomic.Bool // failed
}

func (t *trail) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GotFirstResponseByte: func() { t.heard.Store(true) },
		TLSHandshakeDone:     func(_ tls.ConnectionState, err error) { t.handshake.Store(err != nil) },
	}
}

// breakdown tells a service that is gone from one that hangs, from a caller who hung up, and from
// an answer that is none: that one is no outage, because a client may have provoked it.
func (t *trail) breakdown(ctx context.Context, err error) *breakdown {
	ended := context.Cause(ctx)
	switch {
	case errors.Is(ended, errTimeout), ended == nil && isTimeout(err):
		return &breakdown{detail: textTimeout, cause: err, outcome: outage}
	case ended != nil:
		return &breakdown{detail: textRequest, cause: ended, outcome: abandoned}
	case isLost(err):
		return &breakdown{detail: textConnection, cause: err, outcome: outage, passing: true}
	case t.heard.Load():
		return &breakdown{detail: textConnection, cause: err, outcome: answered}
	}
	return &breakdown{detail: textConnection, cause: err, outcome: outage, passing: !t.handshake.Load()}
}

func isTimeout(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}

// isLost reports whether there was no connection, or it ended too early.
func isLost(err error) bool {
	for _, lost := range []error{
		io.EOF, io.ErrUnexpectedEOF, syscall.ECONNREFUSED, syscall.ECONNRESET, syscall.EPIPE,
	} {
		if errors.Is(err, lost) {
			return true
		}
	}
	return false
}
