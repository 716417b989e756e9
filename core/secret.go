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

// hidden is part of structs that hold what nobody should see, such as a password as it was typed:
// they are shown like a [Secret].
type hidden struct{}

// Format writes "[secret]" for every verb.
func (hidden) Format(f fmt.State, verb rune) { Secret("").Format(f, verb) }

// LogValue makes log/slog print "[secret]".
func (hidden) LogValue() slog.Value { return Secret("").LogValue() }

// MarshalText makes encoders write "[secret]".
func (hidden) MarshalText() ([]byte, error) { return Secret("").MarshalText() }
