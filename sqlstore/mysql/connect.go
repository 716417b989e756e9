package mysql

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/go-sql-driver/mysql"

	"github.com/authplug/authplug/sqlstore/internal/pool"
)

// parse returns the server that a data source name means. Its errors quote nothing: there may be a
// password in it.
func parse(dsn string) (*pool.Server, error) {
	config, err := parseConfig(dsn)
	if err != nil {
		return nil, err
	}
	if config.DBName == "" {
		return nil, errors.New("the database is not named: write mysql://USER:PASSWORD@HOST:PORT/DATABASE")
	}
	size, err := pool.Size(config.Params[pool.Parameter])
	if err != nil {
		return nil, err
	}
	delete(config.Params, pool.Parameter) // the server does not know it
	if config.Timeout == 0 {
		config.Timeout = pool.ConnectTimeout
	}
	config.RejectReadOnly = true // after a failover: connect again, to the new primary
	config.InterpolateParams, config.MultiStatements = false, false
	if err := config.Apply(mysql.Charset("utf8mb4", "")); err != nil {
		return nil, err
	}
	c, err := mysql.NewConnector(config)
	if err != nil {
		return nil, err
	}
	return &pool.Server{Dialect: Dialect(), Connector: connector{c}, Size: size, Check: check}, nil
}

// parseConfig reads a URL, or what the driver calls a DSN.
func parseConfig(dsn string) (*mysql.Config, error) {
	if !strings.HasPrefix(dsn, "mysql://") {
		return mysql.ParseDSN(dsn)
	}
	u, err := url.Parse(dsn)
	if err != nil {
		return nil, errors.New("no URL: write mysql://USER:PASSWORD@HOST:PORT/DATABASE, and % with two digits for special characters")
	}
	port := u.Port()
	if port == "" {
		port = "3306"
	}
	address := net.JoinHostPort(u.Hostname(), port)
	config, err := mysql.ParseDSN(fmt.Sprintf("tcp(%s)/%s?%s", address, strings.TrimPrefix(u.EscapedPath(), "/"), u.RawQuery))
	if err != nil {
		return nil, err
	}
	config.User = u.User.Username()
	config.Passwd, _ = u.User.Password()
	return config, nil
}

// connector opens connections that are as the store needs them, whatever the server's defaults are.
type connector struct{ driver.Connector }

// settings are those of a connection.
var settings = []string{
	"SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
	"SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', autocommit = 1, innodb_lock_wait_timeout = 5",
}

// Connect implements [driver.Connector].
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	execer, ok := conn.(driver.ExecerContext)
	if !ok {
		return nil, errors.Join(errors.New("the driver runs no statements"), conn.Close())
	}
	for _, s := range settings {
		if _, err := execer.ExecContext(ctx, s, nil); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
	}
	return conn, nil
}
