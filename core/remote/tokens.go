package remote

import (
	"encoding/json"
	"maps"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/internal/wire"
)

// maxOpaque bounds tokens, encrypted ones among them, in bytes.
const maxOpaque = 12 << 10

// isToken reports whether a text can be a token: nothing more is known of it, but it must fit into a
// header.
func isToken(text string) bool {
	for i := range len(text) {
		if text[i] <= ' ' || text[i] > '~' {
			return false
		}
	}
	return text != "" && len(text) <= maxOpaque
}

// taken is an answer that tokens are taken out of.
type taken map[string]json.RawMessage

func newTaken(object *wire.Object) taken { return maps.Collect(object.All()) }

// take takes a token out. It returns "" and leaves everything as it is where there is none.
func (t taken) take(name string) string {
	var raw string
	if json.Unmarshal(t[name], &raw) != nil || !isToken(raw) {
		return ""
	}
	delete(t, name)
	return raw
}

func (t taken) has(name string) bool {
	_, ok := t[name]
	return ok
}

// more returns what is left, nil if nothing is.
func (t taken) more() map[string]json.RawMessage {
	if len(t) == 0 {
		return nil
	}
	return t
}

// wanted takes the tokens that an endpoint must answer, or returns nil where one is missing or odd.
type wanted func(taken) *auth.Tokens

func anyTokens(t taken) *auth.Tokens {
	if !t.has("access") && !t.has("refresh") {
		return slidingToken(t)
	}
	pair := auth.Tokens{Access: t.take("access"), Refresh: t.take("refresh")}
	if pair.Access == "" || pair.Refresh == "" {
		return nil
	}
	pair.More = t.more()
	return &pair
}

func refreshedTokens(t taken) *auth.Tokens {
	rotated := t.has("refresh")
	pair := auth.Tokens{Access: t.take("access"), Refresh: t.take("refresh")}
	if pair.Access == "" || rotated && pair.Refresh == "" {
		return nil
	}
	pair.More = t.more()
	return &pair
}

func slidingToken(t taken) *auth.Tokens {
	raw := t.take("token")
	if raw == "" {
		return nil
	}
	return &auth.Tokens{Sliding: raw, More: t.more()}
}
