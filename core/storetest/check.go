package storetest

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

// hostile are texts that a careless store changes, cuts, matches as a pattern or runs.
var hostile = []string{
	"' OR '1'='1", `"; DROP TABLE users;--`, "Robert'); DROP TABLE auth_users;--", "%", "_", `\`, `\'`,
	"?", "$1", ":name", "@p1", "{{id}}", "NULL", "null", "0", " leading and trailing ", "tab\tnew\nline\r\n",
	"é is not e\u0301", "🤦🏽‍♀️", "\u202eright to left", "İstanbul ß ſ",
	"ﬁ", "<script>alert(1)</script>", "\ufeffbom",
}

// isNil fails the test at once if err is not nil.
func isNil(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("unexpected error: %v", err)
	}
}

// is fails the test unless err is want.
func is(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got error %v, want %v", err, want)
	}
}

// same fails the test for every field in which two users or two sessions differ. Empty lists and
// maps equal missing ones; times must be the same instant, in UTC.
func same[T auth.User | auth.Session](t *testing.T, got, want *T) {
	t.Helper()
	g, w := reflect.ValueOf(got).Elem(), reflect.ValueOf(want).Elem()
	for i := range g.NumField() {
		if !equal(g.Field(i), w.Field(i)) {
			t.Errorf("%s is %#v, want %#v", g.Type().Field(i).Name, g.Field(i), w.Field(i))
		}
	}
}

func equal(got, want reflect.Value) bool {
	if w, ok := reflect.TypeAssert[time.Time](want); ok {
		g, ok := reflect.TypeAssert[time.Time](got)
		return ok && g.Equal(w) && g.Location() == time.UTC
	}
	if k := want.Kind(); (k == reflect.Slice || k == reflect.Map) && want.Len() == 0 {
		return got.Len() == 0
	}
	return reflect.DeepEqual(got.Interface(), want.Interface())
}

// complete fails the test if a field of a sample is not set: the suite would not see it lost.
func complete[T auth.User | auth.Session](t *testing.T, sample *T, but ...string) {
	t.Helper()
	v := reflect.ValueOf(sample).Elem()
	for i := range v.NumField() {
		if name := v.Type().Field(i).Name; v.Field(i).IsZero() && !slices.Contains(but, name) {
			t.Fatalf("the suite sets no %s", name)
		}
	}
}

// user returns the stored user that key names.
func user(t *testing.T, s auth.Store, key auth.UserKey) *auth.User {
	t.Helper()
	u, err := s.User(t.Context(), key)
	if err != nil {
		t.Fatalf("User(%+v): %v", key, err)
	}
	return u
}

// nobody fails the test unless key names no user.
func nobody(t *testing.T, s auth.Store, key auth.UserKey) {
	t.Helper()
	if u, err := s.User(t.Context(), key); u != nil || !errors.Is(err, auth.ErrNotFound) {
		t.Errorf("User(%+v) = %v, %v; want nil, ErrNotFound", key, u, err)
	}
}

// session returns the stored session of this id.
func session(t *testing.T, s auth.Store, id string) *auth.Session {
	t.Helper()
	e, err := s.Session(t.Context(), id)
	if err != nil {
		t.Fatalf("Session(%q): %v", id, err)
	}
	return e
}

// liveIDs returns the ids of the user's live sessions, in the store's order.
func liveIDs(t *testing.T, s auth.Store, userID string, at time.Time) []string {
	t.Helper()
	list, err := s.LiveSessions(t.Context(), userID, at)
	isNil(t, err)
	ids := make([]string, len(list))
	for i, e := range list {
		ids[i] = e.ID
	}
	return ids
}

// inOrder fails the test unless got is want.
func inOrder(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// anyOrder fails the test unless got holds exactly the values of want.
func anyOrder(t *testing.T, got []string, want ...string) {
	t.Helper()
	g, w := slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
	if !slices.Equal(g, w) {
		t.Errorf("got %q, want %q in any order", g, w)
	}
}
