package example_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// cases are the security cases that tests cover: construction, kinds of token, refresh, revocation
// that fails, registration and login, passwords, guards, limits, methods, logs and stores.
var cases = strings.Fields(`
	CN-01 CN-02 CN-03 TC-01 TC-02 TC-03 TC-06 RF-01 RF-02 RF-05 RF-08 RF-09 RF-10 RF-12 RF-13
	RV-01 RV-02 RV-03 RV-05 RV-07 RG-01 RG-02 RG-07 RG-10 RG-11 PW-01 PW-02 PW-03 PW-05 PW-07
	PG-01 PG-02 PG-03 PG-04 PG-05 PG-07 PG-08 DS-01 DS-02 DS-03 DS-04 DS-05 CK-10 CK-11 CK-13
	LG-01 LG-02 LG-03 LG-04 ST-01 ST-04 ST-08`)

// Each case is named in the comment of a test or claim that covers it, to be found by its name.
func TestEachSecurityCaseIsNamedWhereItIsCovered(t *testing.T) {
	comment, id := regexp.MustCompile(`(?m)//.*$`), regexp.MustCompile(`\b[A-Z]{2}-\d\d\b`)
	named := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		covers := strings.HasSuffix(path, "_test.go") || strings.Contains(path, "adaptertest") && strings.HasSuffix(path, ".go")
		if err != nil || entry.IsDir() || !covers || filepath.Base(path) == "cases_test.go" {
			return err
		}
		source, err := os.ReadFile(path)
		for _, line := range comment.FindAll(source, -1) {
			for _, name := range id.FindAll(line, -1) {
				named[string(name)] = true
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range cases {
		if !named[name] {
			t.Errorf("no test says that it covers %s", name)
		}
	}
}
