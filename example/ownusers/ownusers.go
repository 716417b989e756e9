// Package ownusers shows an application's own table of users behind [auth.UserStore]: members, who
// log in with a name. Sessions and tokens stay in another store.
package ownusers

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"

	"github.com/mattn/go-sqlite3"

	auth "github.com/authplug/authplug/core"
)

// schema is the application's table. The upper columns are its own; the lower ones were added for
// package auth: what must be unique has a column, the rest is one text.
const schema = `CREATE TABLE IF NOT EXISTS members (
	number      INTEGER PRIMARY KEY AUTOINCREMENT, -- a deleted member's number is never used again
	username    TEXT UNIQUE,
	given_name  TEXT NOT NULL DEFAULT '',
	family_name TEXT NOT NULL DEFAULT '',
	joined      INTEGER NOT NULL, -- milliseconds

	uuid      TEXT NOT NULL UNIQUE,
	version   INTEGER NOT NULL,
	issuer    TEXT NOT NULL, -- empty for members that are not mirrored from elsewhere
	email     TEXT,          -- canonical; NULL, not '', where there is none
	remote_id TEXT,
	rest      TEXT NOT NULL,
	UNIQUE (email, issuer),
	UNIQUE (remote_id, issuer)
)`

// Store is the table of members. It is safe for concurrent use.
type Store struct{ db *sql.DB }

var _ auth.UserStore = (*Store)(nil)

// Open opens the table in an SQLite file, and makes it if it is not there.
func Open(ctx context.Context, path string) (*Store, error) {
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		return nil, fmt.Errorf("ownusers: open: %w", err)
	}
	db.SetMaxOpenConns(1) // one writer at a time, without waiting for locks
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return nil, fmt.Errorf("ownusers: open: %w", errors.Join(err, db.Close()))
	}
	return &Store{db}, nil
}

// Close closes the table.
func (s *Store) Close() error { return s.db.Close() }

// User implements [auth.UserStore].
func (s *Store) User(ctx context.Context, key auth.UserKey) (*auth.User, error) {
	if err := ctx.Err(); err != nil {
		return nil, err // also where no row has to be asked for
	}
	const query = "SELECT number, uuid, version, issuer, email, remote_id, given_name, family_name, joined, rest FROM members WHERE "
	var row *sql.Row
	switch {
	case key.ID != "":
		row = s.db.QueryRowContext(ctx, query+"number = ?", number(key.ID))
	case key.UUID != "":
		row = s.db.QueryRowContext(ctx, query+"uuid = ?", key.UUID)
	case key.Email != "":
		row = s.db.QueryRowContext(ctx, query+"issuer = ? AND email = ?", key.Issuer, key.Email)
	case key.RemoteID != "":
		row = s.db.QueryRowContext(ctx, query+"issuer = ? AND remote_id = ?", key.Issuer, key.RemoteID)
	default:
		return nil, auth.ErrNotFound // an empty key names nobody
	}
	u, err := scan(row)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, auth.ErrNotFound
	}
	return u, err
}

// CreateUser implements [auth.UserStore].
func (s *Store) CreateUser(ctx context.Context, u *auth.User) error {
	rest, err := restOf(u)
	if err != nil {
		return err
	}
	result, err := s.db.ExecContext(
		ctx, `INSERT INTO members (uuid, version, issuer, email, remote_id, given_name, family_name, joined, rest)
		VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?)`,
		u.UUID, u.Issuer, orNull(u.Email), orNull(u.RemoteID), u.FirstName, u.LastName, millis(u.DateJoined), rest,
	)
	if err != nil {
		return written(err)
	}
	id, err := result.LastInsertId()
	if err != nil {
		return err
	}
	u.ID, u.Version = strconv.FormatInt(id, 10), 1
	return nil
}

// UpdateUser implements [auth.UserStore]. Of two who read one version, the second finds no row.
func (s *Store) UpdateUser(ctx context.Context, u *auth.User) error {
	rest, err := restOf(u)
	if err != nil {
		return err
	}
	result, err := s.db.ExecContext(
		ctx, `UPDATE members SET version = version + 1, issuer = ?, email = ?, remote_id = ?, given_name = ?, family_name = ?, rest = ?
		WHERE number = ? AND version = ?`,
		u.Issuer, orNull(u.Email), orNull(u.RemoteID), u.FirstName, u.LastName, rest, number(u.ID), u.Version,
	)
	if err != nil {
		return written(err)
	}
	n, err := result.RowsAffected()
	if err != nil {
		return err
	}
	if n == 0 {
		if _, err := s.User(ctx, auth.UserKey{ID: u.ID}); err != nil {
			return err // not found, or an outage
		}
		return auth.ErrConflict
	}
	u.Version++
	return nil
}

// DeleteUser implements [auth.UserStore].
func (s *Store) DeleteUser(ctx context.Context, id string) error {
	_, err := s.db.ExecContext(ctx, "DELETE FROM members WHERE number = ?", number(id))
	return err
}

// SetUsername gives a member the name to log in with. It returns [auth.ErrExists] if another one
// has it. The name is no business of package auth, so the version stays.
func (s *Store) SetUsername(ctx context.Context, id, username string) error {
	_, err := s.db.ExecContext(ctx, "UPDATE members SET username = ? WHERE number = ?", username, number(id))
	return written(err)
}

// FindLogin is for [auth.UserSettings]: it finds whom a name belongs to.
func (s *Store) FindLogin(ctx context.Context, username string) (auth.UserKey, error) {
	var key auth.UserKey
	err := s.db.QueryRowContext(ctx, "SELECT number FROM members WHERE username = ?", username).Scan(&key.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return auth.UserKey{}, auth.ErrNotFound
	}
	return key, err
}

// written turns the driver's refusal of a duplicate into what the service understands. Everything
// else stays as it is: an outage.
func written(err error) error {
	var e sqlite3.Error
	if errors.As(err, &e) && e.ExtendedCode == sqlite3.ErrConstraintUnique {
		return auth.ErrExists
	}
	return err
}
