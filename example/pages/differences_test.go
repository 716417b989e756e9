package pages_test

import (
	"encoding/json"
	"regexp"
	"strconv"
	"testing"
)

// builtIn are the differences that the replay knows of every exchange.
var builtIn = []int{22, 30}

func TestTheDocsListWhatDiffersFromTheRecordings(t *testing.T) {
	text := page(t, "../../core/adaptertest/internal/replay/review.json")
	var review struct {
		Differences []struct{ Decision int }
	}
	if err := json.Unmarshal([]byte(text), &review); err != nil {
		t.Fatal(err)
	}
	listed := map[int]bool{}
	for _, d := range review.Differences {
		listed[d.Decision] = true
	}
	for _, n := range builtIn {
		listed[n] = true
	}
	docs := page(t, "../../docs/differences.md")
	for _, row := range regexp.MustCompile(`(?m)^\| (\d+) \|`).FindAllStringSubmatch(docs, -1) {
		n, err := strconv.Atoi(row[1])
		if err != nil || !listed[n] {
			t.Errorf("docs/differences.md has a row %s that no exchange differs by", row[1])
		}
		delete(listed, n)
	}
	for n := range listed {
		t.Errorf("docs/differences.md has no row %d", n)
	}
}
