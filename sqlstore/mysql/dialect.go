package mysql

import (
	"errors"

	"github.com/go-sql-driver/mysql"
	"github.com/jmoiron/sqlx"

	"github.com/authplug/authplug/sqlstore"
)

// Dialect is for who opens the pool in a way of its own and calls [sqlstore.New]. Its driver is
// github.com/go-sql-driver/mysql, with clientFoundRows or without; its sessions are strict: sql_mode
// has STRICT_ALL_TABLES or STRICT_TRANS_TABLES, or the server would shorten what is too long.
func Dialect() sqlstore.Dialect {
	return sqlstore.Dialect{
		Name:      "mysql",
		Bind:      sqlx.QUESTION,
		Duplicate: duplicate,
		Retry:     inTheWay,
		Upsert:    "ON DUPLICATE KEY UPDATE n = n + 1",
		Types: sqlstore.Types{
			ID:  "BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY",
			Int: "BIGINT", Bool: "BOOLEAN",
			Key:   "VARBINARY(%d)", // every collation of texts finds some different ones equal
			Text:  "LONGTEXT",
			Table: options, Keyed: options,
		},
		Steps: &sqlstore.Steps{
			Lock:   "SELECT COALESCE(GET_LOCK(" + lockName + ", 60), 0)",
			Unlock: "DO RELEASE_LOCK(" + lockName + ")",
			Exists: exists,
		},
	}
}

const (
	options = "ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
	// Locks are the server's: databases beside this one have others.
	lockName = "CONCAT('authplug ', LEFT(SHA2(DATABASE(), 256), 32))"
)

// Numbers of errors: the server error reference of MySQL's documentation.
const (
	tableExists     = 1050
	columnExists    = 1060
	keyExists       = 1061
	duplicateEntry  = 1062
	lockWaitTimeout = 1205
	deadlock        = 1213
)

func duplicate(err error) bool { return number(err) == duplicateEntry }

// inTheWay holds for errors after which others go first. After lockWaitTimeout the server has undone
// the statement only; the store then rolls the transaction back.
func inTheWay(err error) bool {
	n := number(err)
	return n == deadlock || n == lockWaitTimeout
}

func exists(err error) bool {
	n := number(err)
	return n == tableExists || n == columnExists || n == keyExists
}

func number(err error) uint16 {
	var e *mysql.MySQLError
	if errors.As(err, &e) {
		return e.Number
	}
	return 0
}
