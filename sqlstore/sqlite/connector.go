package sqlite

import (
	"context"
	"database/sql/driver"

	"github.com/mattn/go-sqlite3"
)

// connector opens connections that are all prepared in one way.
type connector struct {
	dsn     string
	prepare func(*sqlite3.SQLiteConn) error
}

func (f *file) writer() connector { return connector{f.writerDSN(), checkpointSeldom} }

func (f *file) reader() connector { return connector{dsn: f.readerDSN()} }

// Connect implements [driver.Connector].
func (c connector) Connect(context.Context) (driver.Conn, error) { return c.driver().Open(c.dsn) }

// Driver implements [driver.Connector].
func (c connector) Driver() driver.Driver { return c.driver() }

func (c connector) driver() *sqlite3.SQLiteDriver {
	return &sqlite3.SQLiteDriver{ConnectHook: c.prepare}
}

// checkpointSeldom lets the write-ahead log grow to 16 MB, four times of what is usual, before it is
// written back: among a million sessions hardly two changes share a page, and a page that is changed
// twice until then is written back once. It halves the cost of a purge there.
func checkpointSeldom(conn *sqlite3.SQLiteConn) error {
	_, err := conn.Exec("PRAGMA wal_autocheckpoint = 4000", nil)
	return err
}
