package env

import (
	"maps"
	"slices"
	"strings"
)

// nearest returns the known name with the fewest edits from name, the first in the alphabet of
// several. Letter case does not count as an edit.
func nearest(name string, known map[string]bool) string {
	name, best, fewest := strings.ToUpper(name), "", 0
	for _, candidate := range slices.Sorted(maps.Keys(known)) {
		if n := distance(name, strings.ToUpper(candidate)); best == "" || n < fewest {
			best, fewest = candidate, n
		}
	}
	return best
}

// distance is Levenshtein's: how many bytes to insert, delete or replace.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}
