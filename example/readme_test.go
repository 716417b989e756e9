package example_test

import (
	"os"
	"strings"
	"testing"
)

func TestTheReadmeShowsTheProgram(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile("gin/main.go")
	if err != nil {
		t.Fatal(err)
	}
	_, code, found := strings.Cut(string(program), "package main")
	if !found || !strings.Contains(string(readme), "```go\npackage main"+code+"```") {
		t.Error("README.md does not show example/gin/main.go as it is")
	}
}
