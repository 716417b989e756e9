package remote

import (
	"errors"
	"fmt"

	"github.com/authplug/authplug/core/token"
)

// parseKeys reads a set of public keys. Its error is an [auth.Error].
func parseKeys(q query, text string) ([]token.Key, error) {
	keys, err := token.ParseJWKSet([]byte(text))
	for _, k := range keys {
		if k.CanSign() || k.Algorithm().Symmetric() {
			err = errors.New("the set has a key that signs")
		}
	}
	if err != nil {
		return nil, unavailable(textInvalid, fmt.Errorf("%s: %w", q.url, err))
	}
	return keys, nil
}
