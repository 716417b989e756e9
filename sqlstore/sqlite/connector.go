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

func (f *file) writer() connector { return connector{f.writerDSN(), prepareWriter} }

func (f *file) reader() connector { return connector{dsn: f.readerDSN()} }

// Connect implements [driver.Connector].
func (c connector) Connect(context.Context) (driver.Conn, error) { return c.driver().Open(c.dsn) }

// Driver implements [driver.Connector].
func (c connector) Driver() driver.Driver { return c.driver() }

func (c connector) driver() *sqlite3.SQLiteDriver {
	return &sqlite3.SQLiteDriver{ConnectHook: c.prepare}
}

// prepareWriter sets what is for the file and for the one that writes. Among a million sessions hardly two
// changes share a page: pages are small, where the file is new, so that little is written besides. The
// write-ahead log is written back at 4 MB, as is usual. The cache's size comes last, since SQLite would
// count it in pages of before, a quarter of as many.
func prepareWriter(conn *sqlite3.SQLiteConn) error {
	_, err := conn.Exec("PRAGMA page_size = 1024; PRAGMA journal_mode = wal; PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -2000", nil)
	return err
}
