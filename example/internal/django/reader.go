package django

import (
	"fmt"
	"time"
)

// reader reads columns of one row, and keeps the first error. Columns that are not there are empty.
type reader struct {
	columns map[string]any
	err     error
}

func (c *reader) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

func (c *reader) text(name string) string {
	switch v := c.columns[name].(type) {
	case nil:
		return ""
	case string:
		return v
	case []byte:
		return string(v)
	}
	c.fail(fmt.Errorf("the column %s is no text", name))
	return ""
}

func (c *reader) optional(name string) *string {
	if c.columns[name] == nil {
		return nil
	}
	text := c.text(name)
	return &text
}

func (c *reader) integer(name string) int64 {
	n, ok := c.columns[name].(int64)
	if !ok {
		c.fail(fmt.Errorf("the column %s is no integer", name))
	}
	return n
}

// boolean knows those of SQLite, which are integers.
func (c *reader) boolean(name string, fallback bool) bool {
	switch v := c.columns[name].(type) {
	case nil:
		return fallback
	case bool:
		return v
	case int64:
		return v != 0
	}
	c.fail(fmt.Errorf("the column %s is no boolean", name))
	return false
}

// layout is how Django writes times into SQLite, in UTC.
const layout = "2006-01-02 15:04:05.999999"

func (c *reader) time(name string) time.Time {
	if v, ok := c.columns[name].(time.Time); ok {
		return v.UTC()
	}
	text := c.text(name)
	if text == "" {
		return time.Time{}
	}
	t, err := time.Parse(layout, text)
	if err != nil {
		c.fail(fmt.Errorf("the column %s is no time", name))
	}
	return t
}
