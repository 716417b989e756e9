package pages_test

import (
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/example/internal/markdown"
)

// sentinels are the errors that clients get to see.
var sentinels = map[string]*auth.Error{
	"ErrNoCredentials": auth.ErrNoCredentials, "ErrBadHeader": auth.ErrBadHeader, "ErrLoginFailed": auth.ErrLoginFailed,
	"ErrNoAccount": auth.ErrNoAccount, "ErrTokenInvalid": auth.ErrTokenInvalid, "ErrTokenRevoked": auth.ErrTokenRevoked,
	"ErrTokenKind": auth.ErrTokenKind, "ErrTokenRefused": auth.ErrTokenRefused, "ErrNoUserClaim": auth.ErrNoUserClaim,
	"ErrUserNotFound": auth.ErrUserNotFound, "ErrUserInactive": auth.ErrUserInactive,
	"ErrPasswordChanged": auth.ErrPasswordChanged, "ErrForbidden": auth.ErrForbidden, "ErrDeviceLimit": auth.ErrDeviceLimit, "ErrThrottled": auth.ErrThrottled,
	"ErrNoRefresh": auth.ErrNoRefresh, "ErrCSRF": auth.ErrCSRF, "ErrCodeInvalid": auth.ErrCodeInvalid,
	"ErrAccountConflict": auth.ErrAccountConflict, "ErrEmailTaken": auth.ErrEmailTaken,
	"ErrPasswordWrong": auth.ErrPasswordWrong, "ErrUnavailable": auth.ErrUnavailable, "ErrInternal": auth.ErrInternal,
}

const errorsPage = "../../docs/errors.md"

func TestThePageOfTheErrorsHasEachAsItIs(t *testing.T) {
	var rows []string
	for _, cells := range markdown.Rows(page(t, errorsPage)) {
		if strings.HasPrefix(cells[0], "`auth.Err") {
			rows = append(rows, strings.Join(cells, " | "))
		}
	}
	for name, e := range sentinels {
		w := httptest.NewRecorder()
		e.Response().Write(w)
		row := strings.Join([]string{code("auth." + name), strconv.Itoa(w.Code), code(e.Code()), code(w.Body.String())}, " | ")
		if !slices.Contains(rows, row) {
			t.Errorf("there is no row\n%s", row)
		}
	}
	if declared := matches(t, "errors.go", `(?m)^\t(Err\w+) +=`); len(rows) != len(declared) || len(sentinels) != len(declared) {
		t.Errorf("%d rows and %d checked errors of %d: %q", len(rows), len(sentinels), len(declared), declared)
	}
}

// Codes and events that the sources have and the page does not would surprise a client's author.
func TestThePageOfTheErrorsHasAllCodesAndEvents(t *testing.T) {
	spans := markdown.Spans(page(t, errorsPage))
	found := matches(t, "*.go", `\bcode: +"(\w+)"`, `NewError\([^,\n]+,\s*"(\w+)"`, `EventKind = "(\w+)"`)
	found = append(found, matches(t, "remote/*.go", `\bcode\w+ += "(\w+)"`, `NewError\([^,\n]+,\s*"(\w+)"`)...)
	if len(found) < 28 {
		t.Errorf("found only %q", found)
	}
	for _, name := range found {
		if !slices.Contains(spans, name) {
			t.Errorf("%s does not tell of `%s`", errorsPage, name)
		}
	}
}

// matches returns what the first group of each pattern finds in files below core, sorted.
func matches(t *testing.T, files string, patterns ...string) []string {
	t.Helper()
	paths, err := filepath.Glob("../../core/" + files)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		for _, pattern := range patterns {
			for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(page(t, path), -1) {
				found = append(found, m[1])
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}
