package password

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxSimilarity is the ratio from which on a password is too similar.
const maxSimilarity = 0.7

// judgeSimilarity compares the password with everything known of the subject, and with the words
// in it. The first hit decides. The comparison is that of Django, to the last rounding, so that
// both refuse the same passwords.
func judgeSimilarity(_ context.Context, password string, s Subject) (string, error) {
	lowered := lower(password)
	for _, attribute := range [...]struct{ name, value string }{
		{"first name", s.FirstName}, {"last name", s.LastName}, {"email address", s.Email},
	} {
		for _, part := range parts(lower(attribute.value)) {
			if similar(lowered, part) {
				return "The password is too similar to the " + attribute.name + ".", nil
			}
		}
	}
	return "", nil
}

// lower is strings.ToLower, and as in Python the dotted capital I keeps its dot.
func lower(s string) string {
	return strings.ToLower(strings.ReplaceAll(s, "İ", "i̇"))
}

// parts returns the words in value and value itself.
func parts(value string) []string {
	return append(strings.FieldsFunc(value, notWord), value)
}

func notWord(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsNumber(r) && r != '_'
}

// similar reports whether the password and the part have too many characters in common, in any
// order. If one is so much longer that all of the other would not do, nothing is counted.
func similar(password, part string) bool {
	n, m := utf8.RuneCountInString(password), utf8.RuneCountInString(part)
	if m == 0 || 2*float64(min(n, m))/float64(n+m) < maxSimilarity {
		return false
	}
	return 2*float64(shared(password, part))/float64(n+m) >= maxSimilarity
}

// shared counts the characters that a and b have in common, each as often as both have it.
func shared(a, b string) int {
	left := make(map[rune]int)
	for _, r := range b {
		left[r]++
	}
	n := 0
	for _, r := range a {
		if left[r] > 0 {
			left[r]--
			n++
		}
	}
	return n
}
