package remote

import "time"

// CloseIdle closes the connections that nobody uses.
func CloseIdle(c *Client) { c.transport.CloseIdleConnections() }

// SetClock replaces the clock of a client.
func SetClock(c *Client, now func() time.Time) { c.now = now }

// SetPauses replaces the pauses before a question is put again.
func SetPauses(c *Client, pauses ...time.Duration) { c.pauses = pauses }
