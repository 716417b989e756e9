package markdown

import (
	"os"
	"path/filepath"
	"strings"
)

// Sources returns the text of every Go file below a folder, by path.
func Sources(root string) (map[string]string, error) {
	sources := map[string]string{}
	err := filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() {
			if name == "testdata" || path != root && strings.HasPrefix(name, ".") && name != ".." {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		text, err := os.ReadFile(path) //nolint:gosec // The tree's own file.
		sources[path] = string(text)
		return err
	})
	return sources, err
}

// Quoted reports whether code stands in a source: each of its pieces, which lines "// …" divide, in
// order and line by line, wherever it is indented.
func Quoted(code, source string) bool {
	rest := flush(source)
	for piece := range strings.SplitSeq(flush(code), "\n// …\n") {
		piece = "\n" + strings.Trim(piece, "\n") + "\n"
		at := strings.Index(rest, piece)
		if at < 0 {
			return false
		}
		rest = rest[at+len(piece)-1:]
	}
	return true
}

// flush returns text without the indentation of its lines.
func flush(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}
	return "\n" + strings.Join(lines, "\n") + "\n"
}
