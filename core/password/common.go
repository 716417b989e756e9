package password

import (
	"bytes"
	"compress/gzip"
	"context"
	_ "embed"
	"fmt"
	"io"
	"sort"
	"strings"
	"sync"
	"unicode"
)

// commonFile is the sorted list of common passwords, in lower case, one a line, compressed: 29,772
// of them. A quarter comes from github.com/ccojocar/zxcvbn-go v1.0.4 (MIT license), the rest is our
// own; common/README.md says how it was made.
//
//go:embed common/passwords.txt.gz
var commonFile []byte

// commonPasswords decodes the list when it is first asked for.
var commonPasswords = sync.OnceValues(func() (*wordList, error) { return decodeWords(commonFile) })

// judgeCommon refuses what is in the list, whatever its case and the white space around it.
func judgeCommon(_ context.Context, password string, _ Subject) (string, error) {
	words, err := commonPasswords()
	if err != nil {
		return "", err
	}
	if words.contains(strings.TrimFunc(lower(password), isSpace)) {
		return "This password is too common.", nil
	}
	return "", nil
}

// isSpace reports what Python calls white space: besides Unicode's, the four separators of ASCII.
func isSpace(r rune) bool {
	return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f
}

// wordList is a sorted list of words in one text, for a third of the memory of a map.
type wordList struct {
	text string
	ends []uint32 // where each word's line break is
}

// decodeWords reads a compressed list that is sorted and ends with a line break.
func decodeWords(compressed []byte) (*wordList, error) {
	reader, err := gzip.NewReader(bytes.NewReader(compressed))
	if err != nil {
		return nil, fmt.Errorf("common passwords: %w", err)
	}
	text, err := io.ReadAll(reader)
	if err != nil {
		return nil, fmt.Errorf("common passwords: %w", err)
	}
	words := &wordList{text: string(text), ends: make([]uint32, 0, bytes.Count(text, []byte{'\n'}))}
	for i, c := range text {
		if c == '\n' {
			words.ends = append(words.ends, uint32(i))
		}
	}
	return words, nil
}

// word returns the word that ends at ends[i].
func (w *wordList) word(i int) string {
	start := uint32(0)
	if i > 0 {
		start = w.ends[i-1] + 1
	}
	return w.text[start:w.ends[i]]
}

func (w *wordList) contains(s string) bool {
	i := sort.Search(len(w.ends), func(i int) bool { return w.word(i) >= s })
	return i < len(w.ends) && w.word(i) == s
}
