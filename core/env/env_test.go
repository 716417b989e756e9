package env_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/authplug/authplug/core/env"
)

// Kind is a string type, as settings have many.
type Kind string

// Level reads itself from a text.
type Level int

// UnmarshalText accepts low and high.
func (l *Level) UnmarshalText(text []byte) error {
	i := strings.Index("low high", string(text))
	if i < 0 {
		return fmt.Errorf("unknown level\n%q", text)
	}
	*l = Level(i)
	return nil
}

type tokens struct {
	Access time.Duration `env:"ACCESS_TOKEN_LIFETIME" default:"5m"`
	Leeway time.Duration `env:"LEEWAY"`
	Reuse  bool          `env:"ROTATE_REFRESH_TOKENS,not"`
	Accept []Kind        `env:"AUTH_TOKEN_CLASSES" default:"access"`
}

type settings struct {
	Mount  string
	Tokens tokens
	Key    Kind    `env:"SIGNING_KEY,file"`
	Name   string  `env:"NAME" default:"id"`
	Check  bool    `env:"CHECK"`
	Length int8    `env:"LENGTH" default:"8"`
	Limit  uint16  `env:"LIMIT"`
	Level  Level   `env:"LEVEL" default:"high"`
	Levels []Level `env:"LEVELS"`
	Ports  []int   `env:"PORTS"`
	Device int     `env:"DEVICE_LIMIT,later"`
	Policy string  `env:"POLICY,later" default:"oldest"`
	clock  func() time.Time
}

func ExampleLoad() {
	type Tokens struct {
		AccessLifetime time.Duration `env:"ACCESS_TOKEN_LIFETIME" default:"5m"`
		ReuseRefresh   bool          `env:"ROTATE_REFRESH_TOKENS,not"`
	}
	type Settings struct {
		Tokens   Tokens
		Audience []string `env:"AUDIENCE"`
	}

	var s Settings
	err := env.Load("EASY_JWT_", []string{
		"EASY_JWT_ACCESS_TOKEN_LIFETIME=90",
		"EASY_JWT_ROTATE_REFRESH_TOKENS=false",
		"EASY_JWT_AUDIENCE=blog, shop",
	}, &s)
	fmt.Printf("%v %v %q %v\n", s.Tokens.AccessLifetime, s.Tokens.ReuseRefresh, s.Audience, err)

	fmt.Println(env.Load("EASY_JWT_", []string{
		"EASY_JWT_ACCESS_TOKEN_LIFETIME=soon",
		"EASY_JWT_AUDIENCES=blog",
	}, &s))
	// Output:
	// 1m30s true ["blog" "shop"] <nil>
	// EASY_JWT_ACCESS_TOKEN_LIFETIME: not a duration: write it like 5m or 1.5h, or in seconds
	// EASY_JWT_AUDIENCES: unknown; did you mean EASY_JWT_AUDIENCE?
}

func TestEveryKindOfValueIsRead(t *testing.T) {
	for _, c := range []struct {
		entry string
		want  settings
	}{
		{"X_ACCESS_TOKEN_LIFETIME=1.5h", settings{Tokens: tokens{Access: 90 * time.Minute}}},
		{"X_ACCESS_TOKEN_LIFETIME=1.5", settings{Tokens: tokens{Access: 1500 * time.Millisecond}}},
		{"X_ACCESS_TOKEN_LIFETIME=30", settings{Tokens: tokens{Access: 30 * time.Second}}},
		{"X_LEEWAY=0", settings{}},
		{"X_ROTATE_REFRESH_TOKENS=False", settings{Tokens: tokens{Reuse: true}}},
		{"X_ROTATE_REFRESH_TOKENS=true", settings{}},
		{"X_AUTH_TOKEN_CLASSES=access, sliding", settings{Tokens: tokens{Accept: []Kind{"access", "sliding"}}}},
		{"X_SIGNING_KEY=a=b,c ", settings{Key: "a=b,c "}},
		{"X_CHECK=TRUE", settings{Check: true}},
		{"X_LENGTH=127", settings{Length: 127}},
		{"X_LIMIT=0", settings{}},
		{"X_LIMIT=65535", settings{Limit: 65535}},
		{"X_LEVEL=high", settings{Level: 4}},
		{"X_LEVEL=low", settings{}},
		{"X_LEVELS=high,low", settings{Levels: []Level{4, 0}}},
		{"X_PORTS=1,2", settings{Ports: []int{1, 2}}},
		{"X_DEVICE_LIMIT=0", settings{}},
		{"X_POLICY=oldest", settings{Policy: "oldest"}},
		{"X_NAME=", settings{}},
		{"X_UNKNOWN=", settings{}},
		{"OTHER=1", settings{}},
	} {
		var got settings
		if err := env.Load("X_", []string{c.entry}, &got); err != nil {
			t.Errorf("%s: %v", c.entry, err)
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s gives %+v, want %+v", c.entry, got, c.want)
		}
	}
}

func TestWhatIsNotSetStaysAsItIs(t *testing.T) {
	got := settings{Mount: "/auth", Tokens: tokens{Access: 1, Reuse: true}, Name: "uuid", clock: time.Now}
	if err := env.Load("X_", []string{"X_NAME=id", "X_NAME=", "X_LEEWAY=1s"}, &got); err != nil {
		t.Fatal(err)
	}
	if ts := got.Tokens; ts.Access != 1 || ts.Leeway != time.Second || !ts.Reuse || got.Name != "uuid" ||
		got.Mount != "/auth" || got.clock == nil {
		t.Errorf("settings are %+v", got)
	}
}

func TestEveryKindOfProblemIsNamed(t *testing.T) {
	const zero, list = "zero is not a value here; leave it empty for the default, ", "an item of the list is empty"
	for _, c := range []struct{ entry, want string }{
		{"X_ACCESS_TOKEN_LIFETIME=0", zero + "5m"},
		{"X_ACCESS_TOKEN_LIFETIME=0s", zero + "5m"},
		{"X_LENGTH=0", zero + "8"},
		{"X_ACCESS_TOKEN_LIFETIME=-5m", "negative"},
		{"X_ACCESS_TOKEN_LIFETIME=-5", "negative"},
		{"X_LENGTH=-1", "negative"},
		{"X_ACCESS_TOKEN_LIFETIME=5x", "not a duration: write it like 5m or 1.5h, or in seconds"},
		{"X_ACCESS_TOKEN_LIFETIME=1e3", "not a duration: write it like 5m or 1.5h, or in seconds"},
		{"X_ACCESS_TOKEN_LIFETIME=9999999999999", "not a duration: write it like 5m or 1.5h, or in seconds"},
		{"X_LENGTH=128", "not a whole number, or too large"},
		{"X_LENGTH=0x8", "not a whole number, or too large"},
		{"X_LIMIT=-1", "not a whole number, or too large"},
		{"X_CHECK=1", "neither true nor false"},
		{"X_CHECK=yes", "neither true nor false"},
		{"X_AUTH_TOKEN_CLASSES=access,,sliding", list},
		{"X_AUTH_TOKEN_CLASSES= ", list},
		{"X_PORTS=1,x", "not a whole number, or too large"},
		{"X_LEVEL=middle", `unknown level "middle"`},
		{"X_DEVICE_LIMIT=1", "not available yet"},
		{"X_POLICY=all", "not available yet"},
		{"X_LEVELL=low", "unknown; did you mean X_LEVEL?"},
		{"X_ACCES_TOKEN_LIFETME=low", "unknown; did you mean X_ACCESS_TOKEN_LIFETIME?"},
		{"X_SIGNING_KEY_FIL=a", "unknown; did you mean X_SIGNING_KEY_FILE?"},
		{"X_leeway=5s", "unknown; did you mean X_LEEWAY?"},
		{"X_Z=1", "unknown; did you mean X_NAME?"},
		{"X_OLD=1", "removed: use NEW"},
	} {
		name, _, _ := strings.Cut(c.entry, "=")
		loader := env.Loader{Prefix: "X_", Removed: map[string]string{"OLD": "use NEW"}}
		var got settings
		err := loader.Load([]string{c.entry}, &got)
		var problem *env.Problem
		if !errors.As(err, &problem) || problem.Name != name || problem.Text != c.want {
			t.Errorf("%s: %v, want %q", c.entry, err, c.want)
		}
		if !reflect.DeepEqual(got, settings{}) {
			t.Errorf("%s: settings are %+v", c.entry, got)
		}
	}
}

func TestAllProblemsComeAtOnceInOrder(t *testing.T) {
	var a, b settings
	err := env.Load("X_", []string{
		"X_ZZ=1", "X_CHECK=1", "X_NAME=good", "X_LEEWAY=x", "X_MM=1", "X_AA=1", "X_GG=1", "X_TT=1", "X_CHECK=maybe",
	}, &a, &b)
	var names []string
	for line := range strings.SplitSeq(err.Error(), "\n") {
		name, _, _ := strings.Cut(line, ":")
		names = append(names, name)
	}
	want := []string{"X_LEEWAY", "X_CHECK", "X_AA", "X_GG", "X_MM", "X_TT", "X_ZZ"}
	if !reflect.DeepEqual(names, want) {
		t.Errorf("problems are of %q, want %q", names, want)
	}
	if a.Name != "good" || b.Name != "good" {
		t.Errorf("names are %q and %q, want both filled in", a.Name, b.Name)
	}
}

func TestProblemsQuoteNoValue(t *testing.T) {
	type keys struct {
		Key   Level  `env:"KEY,file"`
		Count int    `env:"COUNT"`
		Both  string `env:"BOTH,file"`
	}
	const secret = "hunter2hunter2"
	err := env.Load("X_", []string{
		"X_KEY=" + secret, "X_COUNT=" + secret, "X_BOTH=" + secret, "X_BOTH_FILE=/" + secret,
		"X_OTHER=" + secret,
	}, &keys{})
	if err == nil || strings.Contains(err.Error(), secret) || strings.Count(err.Error(), "\n") != 3 {
		t.Errorf("Load: %v, want four problems without the values", err)
	}
}

func TestEmptyPrefixLooksAtNoOtherNames(t *testing.T) {
	var got settings
	if err := env.Load("", []string{"HOME=/root", "NAME=uuid"}, &got); err != nil || got.Name != "uuid" {
		t.Errorf("Load: %v, Name = %q", err, got.Name)
	}
}

func TestTypesThatNothingCanFillAreProblems(t *testing.T) {
	var target struct {
		Bytes []byte         `env:"BYTES"`
		Map   map[string]int `env:"MAP"`
		Deep  [][]string     `env:"DEEP"`
	}
	for _, name := range []string{"X_BYTES", "X_MAP", "X_DEEP"} {
		err := env.Load("X_", []string{name + "=1"}, &target)
		if want := name + ": its field has a type that no variable can fill"; err == nil || err.Error() != want {
			t.Errorf("Load: %v, want %q", err, want)
		}
	}
}

func TestTargetsArePointersToStructs(t *testing.T) {
	for _, target := range []any{nil, settings{}, new(int), (*settings)(nil)} {
		if err := env.Load("X_", nil, target); err == nil || !strings.HasPrefix(err.Error(), "env: target ") {
			t.Errorf("Load(%T): %v", target, err)
		}
		if got := env.Names("X_", target); got != nil {
			t.Errorf("Names(%T) = %v", target, got)
		}
		if name, ok := env.Name("X_", target, "Name"); ok {
			t.Errorf("Name(%T) = %q", target, name)
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add("ACCESS_TOKEN_LIFETIME", "1.5h")
	f.Add("LEVELS", "low,,x")
	f.Add("LENGTH", "-0")
	f.Add("\xff=", "\x00")
	f.Add("SIGNING_KEY", ",")
	f.Fuzz(func(t *testing.T, name, value string) {
		if len(name) > 100 || strings.HasSuffix(name, "_FILE") {
			return
		}
		var got settings
		err := env.Load("X_", []string{"X_" + name + "=" + value}, &got)
		if got.Tokens.Access < 0 || got.Tokens.Leeway < 0 || got.Length < 0 || got.Device != 0 {
			t.Errorf("%s=%s gives %+v", name, value, got)
		}
		for _, line := range env.Explain(err, "X_", &got) {
			if strings.Contains(line, "\n") {
				t.Errorf("%s=%s has a problem of several lines: %q", name, value, line)
			}
		}
	})
}
