package recorded

import "sync"

// Outbound are the requests that a client-service sent to the auth-service for one of its own.
type Outbound struct {
	Name     string            `json:"name"`
	Requests []OutboundRequest `json:"value"`
}

// OutboundRequest is a request of a client-service, as it went over the wire.
type OutboundRequest struct {
	Line    string      `json:"request_line"`
	Headers [][2]string `json:"headers"`
	Body    string      `json:"body"`
}

// Outbounds returns what a client-service sent.
var Outbounds = sync.OnceValue(func() []Outbound {
	return decoded[struct {
		Outbounds []Outbound `json:"outbound_requests"`
	}](fixture).Outbounds
})
