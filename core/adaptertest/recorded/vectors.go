package recorded

import (
	"bytes"
	"encoding/json"
	"sync"
)

// Stack is what one version of the original made of the same inputs.
type Stack struct {
	Versions   map[string]string `json:"stack"`
	SigningKey string            `json:"signing_key"`

	// Tokens are HS256 tokens, by what they are.
	Tokens map[string]struct {
		Payload json.RawMessage `json:"payload"`
		Token   string          `json:"token"`
	} `json:"tokens_hs256"`

	// Hashes are stored passwords, by their form. One with an Error could not be made.
	Hashes map[string]struct {
		Encoded  string `json:"encoded"`
		Password string `json:"password"`
		Error    string `json:"error"`
	} `json:"password_hashes"`

	// Revoke is the claim that a stored password gives.
	Revoke struct {
		Stored string `json:"stored"`
		Claim  string `json:"claim"`
	} `json:"revoke_claim"`

	// Similarity says which passwords are too similar to a user. Error is nil for those that are
	// not.
	Similarity []struct {
		Password   string            `json:"password"`
		Attributes map[string]string `json:"attributes"`
		Error      *string           `json:"error"`
	} `json:"similarity"`

	// WithoutUser is what is wrong with a password, whoever has it.
	WithoutUser []struct {
		Password string   `json:"password"`
		Errors   []string `json:"errors"`
	} `json:"validators_without_user"`

	// Emails says which addresses are valid, and what they are stored as.
	Emails []Email `json:"emails"`
}

// Email is how an address was judged. An invalid one has a normalized form too.
type Email struct {
	Email      string `json:"email"`
	Valid      bool   `json:"valid"`
	Normalized string `json:"create_user_normalised"`
}

// Stored returns what the address is stored as, or "" for one that is not valid.
func (e Email) Stored() string {
	if !e.Valid {
		return ""
	}
	return e.Normalized
}

// Vectors returns the vectors by the name of their stack. What this package does not know of would
// be compared by nobody, so it panics at it.
var Vectors = sync.OnceValue(func() map[string]Stack {
	var stacks map[string]Stack
	decoder := json.NewDecoder(bytes.NewReader(vectors))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&stacks); err != nil {
		panic("recorded: " + err.Error())
	}
	return stacks
})
