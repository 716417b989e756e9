package remote

import (
	"strconv"
	"strings"
	"testing"

	"github.com/authplug/authplug/core/internal/wire"
)

func typedProfile(t *testing.T) *Profile {
	t.Helper()
	object, err := wire.ParseObject(`{"id":1,"email":"a@b.co","yes":true,"one":1,"null":null,"text":"é","long":"12345",
		"list":["a","b"],"none":[],"blank":["a",""],"mixed":["a",1],"hole":["a",null],"nul":["\u0000"]}`)
	if err != nil {
		t.Fatal(err)
	}
	p, err := parseProfile(object)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestMembersAreOfTheirTypes(t *testing.T) {
	p := typedProfile(t)
	for name, want := range map[string]string{"yes": "true", "absent": "none", "one": "bad", "null": "bad", "text": "bad"} {
		value, ok, err := p.bool(name)
		if got := told(strconv.FormatBool(value), ok, err); got != want {
			t.Errorf("bool %q: %v, %v, %v", name, value, ok, err)
		}
	}
	for name, want := range map[string]string{"text": "é", "absent": "none", "one": "bad", "null": "bad", "long": "bad"} {
		value, ok, err := p.text(name, 4)
		if got := told(value, ok, err); got != want {
			t.Errorf("text %q: %v, %v, %v", name, value, ok, err)
		}
	}
	for name, want := range map[string]string{"text": "é", "absent": "none", "one": "bad", "null": "nil", "long": "bad"} {
		value, ok, err := p.textOrNull(name, 4)
		text := "nil"
		if value != nil {
			text = *value
		}
		if got := told(text, ok, err); got != want {
			t.Errorf("text or null %q: %v, %v, %v", name, value, ok, err)
		}
	}
}

func TestMembersAreListsOfTexts(t *testing.T) {
	p := typedProfile(t)
	for name, want := range map[string]string{
		"list": "a,b", "none": "", "null": "", "absent": "none", "text": "bad",
		"blank": "bad", "mixed": "bad", "hole": "bad", "nul": "bad",
	} {
		value, ok, err := p.texts(name)
		if got := told(strings.Join(value, ","), ok, err); got != want {
			t.Errorf("texts %q: %v, %v, %v", name, value, ok, err)
		}
	}
}

// told is a value, "bad" where there is an error and "none" where there is nothing.
func told(value string, ok bool, err error) string {
	switch {
	case err != nil && !ok:
		return "bad"
	case err == nil && !ok:
		return "none"
	case err == nil:
		return value
	}
	return "?"
}
