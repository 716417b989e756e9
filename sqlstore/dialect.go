package sqlstore

import (
	"fmt"
	"strings"
	"text/template"
	"unicode/utf8"
)

// Dialect is what differs between databases. The packages below this one each bring one.
type Dialect struct {
	Name string
	Bind int // placeholder style: sqlx.QUESTION, sqlx.DOLLAR, …
	// Duplicate reports whether err is the driver's refusal of a second row with a unique value.
	Duplicate func(err error) bool
	// Retry reports whether err says that others were in the way, that nothing was done, and that it
	// may go well the next time: a lock, a deadlock, a failure to serialize. Defaults to never.
	Retry func(err error) bool
	// OneWriter holds for a database that takes one writer at a time. Writes then use one connection,
	// and those that come together share a transaction.
	OneWriter bool
	// Upsert follows an INSERT INTO auth_locks (user_id, n) and raises n by one if the row exists.
	Upsert string
	// Counter reads the counter that ids come from: the last id that it gave, or 0. Count raises it to
	// its first parameter if it is below its second. Both are empty where a row with an id of its own
	// raises it.
	Counter, Count string
	Types          Types
	// Steps is how to migrate where a statement of the schema commits at once. Nil where all of a
	// migration can be in one transaction.
	Steps *Steps
}

// Steps are what a migration needs that no transaction undoes.
type Steps struct {
	// Lock makes other processes wait and gives 1; Unlock lets them go on. The connection is theirs.
	Lock, Unlock string
	// Exists reports whether err is the driver's refusal to make what is there already.
	Exists func(err error) bool
}

// Types are the words of the schema.
type Types struct {
	ID    string // an automatic integer primary key whose values are never used again
	Int   string // 64 bits
	Bool  string
	Key   string // text compared byte for byte; %d, if there, is the longest in bytes
	Text  string // text of any length
	Table string // options of a table
	Keyed string // options of a small table that is read by its primary key only
}

// schema fills the words into the text of a migration and returns its statements.
func (d *Dialect) schema(text string) ([]string, error) {
	word := func(s string) func() string { return func() string { return s } }
	t, err := template.New(d.Name).Funcs(template.FuncMap{
		"id": word(d.Types.ID), "int": word(d.Types.Int), "bool": word(d.Types.Bool),
		"text": word(d.Types.Text), "table": word(d.Types.Table), "keyed": word(d.Types.Keyed),
		"key": func(n int) string {
			if strings.Contains(d.Types.Key, "%d") {
				return fmt.Sprintf(d.Types.Key, n*utf8.UTFMax)
			}
			return d.Types.Key
		},
	}).Parse(text)
	if err != nil {
		return nil, err
	}
	var filled strings.Builder
	if err := t.Execute(&filled, nil); err != nil {
		return nil, err
	}
	return statements(filled.String()), nil
}

// statements splits a script at the semicolons that end a line.
func statements(script string) []string {
	var list []string
	for s := range strings.SplitSeq(script, ";\n") {
		if s = strings.TrimSpace(s); s != "" {
			list = append(list, s)
		}
	}
	return list
}
