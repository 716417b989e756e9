package web_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/authplug/authplug/core/internal/web"
)

var (
	oldKey = bytes.Repeat([]byte("o"), 32)
	newKey = bytes.Repeat([]byte("n"), 32)
	noon   = time.Unix(1_800_000_000, 0)
)

func TestASealRecognizesWhatItsRingHasSigned(t *testing.T) {
	before, after, other := web.NewSeal(oldKey), web.NewSeal(newKey, oldKey), web.NewSeal(newKey)
	signed := before.Sign("flash", "hello", noon)
	for what, c := range map[string]struct {
		seal *web.Seal
		now  time.Time
		want bool
	}{
		"the same":  {before, noon.Add(-time.Second), true},
		"the ring":  {after, noon.Add(-time.Second), true},
		"another":   {other, noon.Add(-time.Second), false},
		"too late":  {before, noon, false},
		"long past": {before, noon.Add(time.Hour), false},
	} {
		if text, ok := c.seal.Open("flash", signed, c.now); ok != c.want || ok && text != "hello" {
			t.Errorf("%s: %q, %t", what, text, ok)
		}
	}
	if _, ok := before.Open("bounce", signed, noon.Add(-time.Second)); ok {
		t.Error("a text is good for another purpose")
	}
	for _, odd := range []string{"", "..", signed + ".", signed[1:], strings.Replace(signed, ".", "..", 1), signed + "A", strings.ReplaceAll(signed, "1800000000", "1900000000")} {
		if _, ok := before.Open("flash", odd, noon.Add(-time.Second)); ok {
			t.Errorf("%q is good", odd)
		}
	}
}

func TestPartsDoNotRunTogether(t *testing.T) {
	s := web.NewSeal(newKey)
	if s.Proves(s.MAC("p", "ab", "c"), "p", "a", "bc") || s.Proves(s.MAC("p", "a"), "pa") || s.Proves(nil, "p") || s.Proves(s.MAC("p")[:15], "p") {
		t.Error("different parts have one proof, or too little is enough")
	}
}

func FuzzOpen(f *testing.F) {
	s := web.NewSeal(newKey)
	f.Add(s.Sign("flash", "hello", noon))
	f.Add("a.1.b")
	f.Fuzz(func(t *testing.T, signed string) {
		text, ok := s.Open("flash", signed, noon.Add(-time.Hour))
		if ok && s.Sign("flash", text, noon) != signed {
			t.Errorf("%q is %q", signed, text)
		}
	})
}
