package auth

import (
	"fmt"
	"log/slog"
)

// masked is what every way of printing a [Secret] shows.
const masked = "[secret]"

// Secret is text that must not be shown: a key, a password hash, the hash of a code. Printing,
// logging and encoding it gives "[secret]"; string(s) gives the text itself. Package fmt asks no
// value that lies in an unexported field of a struct: do not print structs that have one there.
type Secret string

// String returns "[secret]".
func (Secret) String() string { return masked }

// Format writes "[secret]" for every verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(masked)) }

// LogValue makes log/slog print "[secret]".
func (Secret) LogValue() slog.Value { return slog.StringValue(masked) }

// MarshalText makes encoders write "[secret]".
func (Secret) MarshalText() ([]byte, error) { return []byte(masked), nil }
