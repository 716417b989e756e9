package example_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// filesShown finds the files in the README: a comment with the name, which readers do not see, and the
// code.
var filesShown = regexp.MustCompile("(?s)<!-- (example/[a-z_/]+\\.go) -->\n```go\n(.*?)```\n")

func TestTheReadmeShowsFilesAsTheyAre(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	missing := map[string]bool{"gin/main.go": true, "gin/main_test.go": true, "echo/main.go": true, "echo/main_test.go": true}
	for _, block := range filesShown.FindAllStringSubmatch(string(readme), -1) {
		name := strings.TrimPrefix(block[1], "example/")
		delete(missing, name)
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		// The comment of the package is for those who read the file.
		if _, code, _ := strings.Cut(string(file), "package main\n"); "package main\n"+code != block[2] {
			t.Errorf("README.md does not show %s as it is", name)
		}
	}
	for name := range missing {
		t.Errorf("README.md does not show %s", name)
	}
}
