package auth_test

import (
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
)

func TestAnAudienceGivesOneProblemForEachValue(t *testing.T) {
	for _, name := range []string{strings.Repeat("a", 2000), "\xff", "a", ""} {
		settings := good()
		settings.Signing.Audience = []string{name, name}
		_, err := auth.New(settings, auth.In(noStore{}))
		want := 2
		if name == "a" {
			want = 1 // the first is good
		}
		if err == nil || strings.Count(err.Error(), "\n")+1 != want {
			t.Errorf("Audience of %.5q twice: New() = %v; want %d", name, err, want)
			continue
		}
		names(t, err, "Signing.Audience")
	}
}

func TestATextThatIsNotUTF8IsToBeEncoded(t *testing.T) {
	settings := good()
	settings.Signing.Issuer = "caf\xe9"
	_, err := auth.New(settings, auth.In(noStore{}))
	const want = `auth: Settings.Signing.Issuer: "caf\xe9" is not valid UTF-8: encode the text as UTF-8`
	if err == nil || err.Error() != want {
		t.Errorf("New() = %v; want %s", err, want)
	}
}
