package suite

import (
	"strings"
	"testing"
	"time"
)

// schema is about bringing the schema up to date.
func (d Database) schema(t *testing.T) {
	t.Run("opening twice keeps the rows", d.openingTwiceKeepsTheRows)
	t.Run("one of a newer release is refused", d.aNewerSchemaIsRefused)
	t.Run("many stores open a new database at once", d.manyStoresOpenANewDatabase)
	t.Run("tables of somebody else are not touched", d.tablesOfSomebodyElse)
}

func (d Database) openingTwiceKeepsTheRows(t *testing.T) {
	name := d.New(t)
	if err := d.Store(t, name).RevokeToken(t.Context(), "t", time.Now()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if revoked, err := d.Store(t, name).TokenRevoked(t.Context(), "t"); err != nil || !revoked {
			t.Errorf("TokenRevoked = %v, %v", revoked, err)
		}
	}
	d.CompleteSchema(t, name)
}

// CompleteSchema checks that each migration was applied once, and no other thing is noted.
func (d Database) CompleteSchema(t *testing.T, name string) {
	t.Helper()
	var versions, first, last int
	row := d.Raw(t, name).QueryRowContext(t.Context(), "SELECT COUNT(*), MIN(version), MAX(version) FROM auth_schema")
	if err := row.Scan(&versions, &first, &last); err != nil || first != 1 || versions != last || last < 4 {
		t.Errorf("%d rows in auth_schema, from %d to %d, %v; want one for each migration", versions, first, last, err)
	}
}

func (d Database) aNewerSchemaIsRefused(t *testing.T) {
	name := d.New(t)
	d.Store(t, name)
	if _, err := d.Raw(t, name).ExecContext(t.Context(), "INSERT INTO auth_schema (version) VALUES (99)"); err != nil {
		t.Fatal(err)
	}
	_, err := d.Open(t.Context(), name)
	if err == nil || !strings.Contains(err.Error(), "version 99") || !strings.Contains(err.Error(), "use a newer release") {
		t.Errorf("Open = %v, want an error that names the version and what to do", err)
	}
}

func (d Database) manyStoresOpenANewDatabase(t *testing.T) {
	for range 3 {
		name := d.New(t)
		crowd(t, 8, nil, func(int) error {
			s, err := d.Open(t.Context(), name)
			if err != nil {
				return err
			}
			return s.Close()
		})
		d.CompleteSchema(t, name)
	}
}

func (d Database) tablesOfSomebodyElse(t *testing.T) {
	name := d.New(t)
	db := d.Raw(t, name)
	if _, err := db.ExecContext(t.Context(), "CREATE TABLE auth_tokens (mine INTEGER)"); err != nil {
		t.Fatal(err)
	}
	for range 2 { // a second start is as careful as the first
		s, err := d.Open(t.Context(), name)
		if err == nil {
			_ = s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), "auth_tokens") {
			t.Errorf("Open = %v, want an error that names the table", err)
		}
		if _, err := db.ExecContext(t.Context(), "SELECT mine FROM auth_tokens"); err != nil {
			t.Error(err)
		}
	}
}
