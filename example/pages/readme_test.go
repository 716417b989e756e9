package pages_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/example/internal/markdown"
	"github.com/authplug/authplug/memstore"
)

const readme = "../../README.md"

// filesShown finds the files in the README: a comment with the name, which readers do not see, and
// the code.
var filesShown = regexp.MustCompile("(?s)<!-- (example/[a-z_/]+\\.go) -->\n```go\n(.*?)```\n")

func TestTheReadmeShowsFilesAsTheyAre(t *testing.T) {
	missing := map[string]bool{"gin/main.go": true, "gin/main_test.go": true, "echo/main.go": true, "echo/main_test.go": true}
	for _, block := range filesShown.FindAllStringSubmatch(page(t, readme), -1) {
		name := strings.TrimPrefix(block[1], "example/")
		delete(missing, name)
		file := page(t, "../"+name)
		// The comment of the package is for those who read the file.
		if _, code, _ := strings.Cut(file, "package main\n"); "package main\n"+code != block[2] {
			t.Errorf("README.md does not show %s as it is", name)
		}
	}
	for name := range missing {
		t.Errorf("README.md does not show %s", name)
	}
}

// The table of the endpoints and the list of their names are all of them.
func TestTheReadmeHasAllEndpoints(t *testing.T) {
	service, err := auth.New(auth.Settings{Signing: auth.Signing{Key: strongKey}, Mount: "/"}, auth.In(memstore.New()))
	if err != nil {
		t.Fatal(err)
	}
	text := page(t, readme)
	var want, names []string
	for _, route := range service.Routes() {
		want = append(want, strings.ReplaceAll(strings.Trim(route.Path, "/"), ":id", "{id}"))
	}
	var got []string
	for _, cells := range markdown.Rows(section(text, "Endpoints")) {
		for _, m := range request.FindAllStringSubmatch(cells[0], -1) {
			got = append(got, m[1])
		}
	}
	_, list, _ := strings.Cut(section(text, "Endpoints"), "Names are")
	list, _, _ = strings.Cut(list, ". ")
	for _, name := range markdown.Spans(list) {
		if len(service.Routes(auth.Only(name))) == 1 {
			names = append(names, name)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	const twice = 1 // sessions/ is two endpoints
	if !slices.Equal(slices.Compact(got), want) || len(names) != len(want)+twice {
		t.Errorf("the table has %q and %d names, the service %q", got, len(names), want)
	}
}

var request = regexp.MustCompile("`(?:GET|POST|DELETE) /?([a-z./{}-]+?)/?`")
