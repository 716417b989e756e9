package pages_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/authplug/authplug/example/internal/markdown"
)

// strongKey signs nothing that anybody keeps.
const strongKey = "Zk3vQ9xT1mB7cW5yR8sJ2nL6pD4gH0aF"

// pages returns the README and the pages in docs, by path.
func pages(t *testing.T) map[string]string {
	t.Helper()
	paths, err := filepath.Glob("../../docs/*.md")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	texts := map[string]string{}
	for _, path := range append(paths, readme) {
		texts[path] = page(t, path)
	}
	return texts
}

func page(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// folders hold all packages that users import.
var folders = []string{
	"../../core", "../../core/token", "../../core/password", "../../core/env", "../../core/storetest", "../../core/adaptertest",
	"../../core/authtest", "../../core/openapi", "../../core/pages", "../../smtpmail", "../../core/remote", "../../ginauth", "../../echoauth", "../../memstore", "../../sqlstore", "../../sqlstore/sqlite",
}

// symbols knows these packages.
func symbols(t *testing.T) *markdown.Symbols {
	t.Helper()
	s, err := markdown.ReadSymbols(folders...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Code that nobody compiles goes stale: a page quotes the sources of programs, tests and examples.
func TestGoCodeOfThePagesIsQuotedFromTheSources(t *testing.T) {
	sources, err := markdown.Sources("../..")
	if err != nil {
		t.Fatal(err)
	}
	quoted := 0
	for path, text := range pages(t) {
		for _, block := range markdown.Blocks(text, "go") {
			quoted++
			is := func(source string) bool { return markdown.Quoted(block, source) }
			if !slices.ContainsFunc(slices.Collect(maps.Values(sources)), is) {
				t.Errorf("%s: no Go file has\n%s", path, block)
			}
		}
	}
	if quoted < 10 {
		t.Errorf("%d blocks were looked at", quoted)
	}
}

func TestLinksOfThePagesLeadSomewhere(t *testing.T) {
	for path, text := range pages(t) {
		for _, link := range markdown.Links(text) {
			if !strings.Contains(link, "://") {
				follow(t, path, link)
			}
		}
	}
}

// follow reports a link of a page to a file or a heading that there is not.
func follow(t *testing.T, path, link string) {
	t.Helper()
	file, anchor, _ := strings.Cut(link, "#")
	target := path
	if file != "" {
		target = filepath.Join(filepath.Dir(path), file)
	}
	if _, err := os.Stat(target); err != nil {
		t.Errorf("%s: %s: %v", path, link, err)
		return
	}
	if anchor != "" && !slices.Contains(markdown.Anchors(page(t, target)), anchor) {
		t.Errorf("%s: %s: no such heading", path, link)
	}
}

var dotted = regexp.MustCompile(`^([A-Za-z]\w*)((?:\.[A-Z]\w*)+)(?:\[.*\])?(?:\(.*\))?$`)

// symbolOf returns the exported name that inline code stands for, package first; "" if it is
// something else. Package auth may be left out, and so may Settings, also those of package remote.
func symbolOf(s *markdown.Symbols, code string) (name string, found bool) {
	m := dotted.FindStringSubmatch(code)
	if m == nil {
		return "", false
	}
	if s.Knows(m[1]) {
		return m[1] + m[2], s.Has(m[1] + m[2])
	}
	for _, name := range []string{"auth.Settings." + m[1] + m[2], "remote.Settings." + m[1] + m[2], "auth." + m[1] + m[2]} {
		if s.Has(name) {
			return name, true
		}
	}
	if s.Has("auth."+m[1]) || s.Has("auth.Settings."+m[1]) {
		return "auth." + m[1] + m[2], false
	}
	return "", false
}

func TestThePagesNameWhatThereIs(t *testing.T) {
	s, named := symbols(t), 0
	for path, text := range pages(t) {
		for _, code := range markdown.Spans(text) {
			name, found := symbolOf(s, code)
			if name != "" && !found {
				t.Errorf("%s: `%s`: there is no %s", path, code, name)
			}
			if found {
				named++
			}
		}
	}
	if named < 30 {
		t.Errorf("%d names were looked up", named)
	}
}

// A link to what a package exports: [Name], [Name.Member], [pkg.Name] or [pkg.Name.Member].
var docLink = regexp.MustCompile(`(?:^|[\s("])\[\*?((?:[a-z]\w*\.)?[A-Z]\w*(?:\.[A-Z]\w*)?)\](?:[\s.,;:!?)'"]|$)`)

// go doc shows a link that leads nowhere as if it were meant so.
func TestDocLinksLeadSomewhere(t *testing.T) {
	s, followed := symbols(t), 0
	for _, folder := range folders {
		files, err := filepath.Glob(folder + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range files {
			if name := filepath.Base(path); !strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, "example") {
				followed += followDocLinks(t, s, path)
			}
		}
	}
	if followed < 300 {
		t.Errorf("%d links were followed", followed)
	}
}

// followDocLinks reports the links of a file's comments to what no package exports, and counts all.
func followDocLinks(t *testing.T, s *markdown.Symbols, path string) (links int) {
	t.Helper()
	text := page(t, path)
	_, rest, _ := strings.Cut("\n"+text, "\npackage ")
	home := strings.TrimSuffix(strings.Fields(rest)[0], "_test")
	for line := range strings.Lines(text) {
		_, comment, _ := strings.Cut(strings.TrimSpace(line), "//")
		for _, m := range docLink.FindAllStringSubmatch(comment, -1) {
			links++
			pkg, _, _ := strings.Cut(m[1], ".")
			own := pkg != strings.ToLower(pkg)
			if own && !s.Has(home+"."+m[1]) || s.Knows(pkg) && !s.Has(m[1]) {
				t.Errorf("%s: there is no %s", path, m[1])
			}
		}
	}
	return links
}
