// Package web knows what is true of URLs and requests whoever serves them.
package web

import (
	"slices"
	"strings"
)

// IsPlainPath reports whether a path begins with a slash and has plain segments: of letters, digits
// and -._~ alone, which need not be encoded and so have one spelling, none of them empty or dots. It
// may end with a slash, and may be one.
func IsPlainPath(path string) bool {
	odd := func(r rune) bool {
		return (r|0x20 < 'a' || r|0x20 > 'z') && (r < '0' || r > '9') && !strings.ContainsRune("/-._~", r)
	}
	return strings.HasPrefix(path, "/") && !strings.ContainsFunc(path, odd) &&
		!strings.Contains(path, "//") && !slices.ContainsFunc(strings.Split(path, "/"), IsDots)
}

// IsDots reports whether a segment stands for another place than its name: this one or the one above.
func IsDots(segment string) bool { return segment == "." || segment == ".." }
