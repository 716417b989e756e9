package sqlstore

import (
	"slices"
	"testing"
)

func TestMigrationsSpeakTheDialect(t *testing.T) {
	d := Dialect{Name: "test", Types: Types{
		ID: "SERIAL", Int: "BIGINT", Bool: "BOOLEAN", Key: "VARCHAR(%d)", Text: "LONGTEXT",
		Table: "PLAIN", Keyed: "KEYED",
	}}
	got, err := d.schema(`-- Not a statement; only a comment.
CREATE TABLE a (
	id {{id}}, n {{int}}, ok {{bool}}, k {{key 36}}, t {{text}}
) {{table}};

CREATE TABLE b (k {{key 255}} PRIMARY KEY) {{keyed}};
`)
	want := []string{
		"-- Not a statement; only a comment.\nCREATE TABLE a (\n" +
			"\tid SERIAL, n BIGINT, ok BOOLEAN, k VARCHAR(144), t LONGTEXT\n) PLAIN",
		"CREATE TABLE b (k VARCHAR(1020) PRIMARY KEY) KEYED",
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("schema = %q, %v; want %q", got, err, want)
	}
}

func TestAMigrationWithAnUnknownWordIsRefused(t *testing.T) {
	if list, err := (&Dialect{}).schema("CREATE TABLE a (n {{number}});\n"); err == nil {
		t.Errorf("schema = %q", list)
	}
}
