package recorded_test

import (
	"io/fs"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/authplug/authplug/core/adaptertest/recorded"
)

var selector = regexp.MustCompile(`\.([A-Z]\w+)`)

// A category of vectors that no test looks at would prove nothing.
func TestEveryCategoryOfVectorsIsCompared(t *testing.T) {
	compared := map[string]bool{"Versions": true} // they say what the vectors are of
	core := os.DirFS("../..")
	err := fs.WalkDir(core, ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "recorded/vectors_test.go") {
			return err
		}
		text, err := fs.ReadFile(core, path)
		if strings.Contains(string(text), "recorded.Vectors()") {
			for _, found := range selector.FindAllStringSubmatch(string(text), -1) {
				compared[found[1]] = true
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	stack := reflect.TypeFor[recorded.Stack]()
	for i := range stack.NumField() {
		if name := stack.Field(i).Name; !compared[name] {
			t.Errorf("no test compares the vectors' %s", name)
		}
	}
}

func TestBothStacksHaveVectorsOfEveryCategory(t *testing.T) {
	for _, name := range []string{"debian12", "modern"} {
		stack := reflect.ValueOf(recorded.Vectors()[name])
		for i := range stack.NumField() {
			if stack.Field(i).IsZero() {
				t.Errorf("%s has no vectors of %s", name, stack.Type().Field(i).Name)
			}
		}
	}
	if n := len(recorded.Vectors()); n != 2 {
		t.Errorf("%d stacks, want 2", n)
	}
}
