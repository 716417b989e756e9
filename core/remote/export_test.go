package remote

import (
	"net/http"
	"time"
)

// Transport returns the transport of a client.
func Transport(c *Client) *http.Transport { return c.transport }

// SetClock replaces the clock of a client.
func SetClock(c *Client, now func() time.Time) { c.now = now }

// SetPauses replaces the pauses before a question is put again.
func SetPauses(c *Client, pauses ...time.Duration) { c.pauses = pauses }

// SettingsOf returns the settings of a client, with defaults.
func SettingsOf(c *Client) Settings { return c.settings }
