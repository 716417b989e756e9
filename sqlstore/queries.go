package sqlstore

import (
	"context"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"
)

const (
	userFixed   = "uuid, date_joined"
	userChanges = "issuer, remote_id, email, first_name, last_name, phone, location, active, unconfirmed, staff, superuser, " +
		"last_login, roles, permissions, extra, password_hash, epoch_access, epoch_refresh, codes"
	userColumns    = "id, version, " + userFixed + ", " + userChanges
	sessionColumns = "id, user_id, epoch, device, agent, label, address, claims, created_at, last_seen, expires_at, ends_at, " +
		"token_id, previous_id, replaced_at, ended_at, end_reason"
)

// liveAt holds for sessions that are live at a time.
const liveAt = "ended_at = 0 AND past_at > ?"

// queries are the prepared statements.
type queries struct {
	userByID, userByUUID, userByEmail, userByRemote, users *sqlx.Stmt
	insertUser, userID, updateUser, userVersion            *sqlx.Stmt
	importUser, counter, count                             *sqlx.Stmt
	deleteUser, deleteLock                                 *sqlx.Stmt

	session, liveSessions           *sqlx.Stmt
	lock, raise                     *sqlx.Stmt
	rivals, insertSession           *sqlx.Stmt
	rotate, touch, holds            *sqlx.Stmt
	goingOn, endSession, endOfUser  *sqlx.Stmt
	revoke, revoked                 *sqlx.Stmt
	pastSessions, deletePastSession *sqlx.Stmt
	pastTokens, deletePastToken     *sqlx.Stmt
	hits, insertHits, updateHits    *sqlx.Stmt
	deleteHits                      *sqlx.Stmt
	pastHits, deletePastHits        *sqlx.Stmt
	pingReader, pingWriter          *sqlx.Stmt
}

// query is a statement to prepare, with ? as placeholder.
type query struct {
	to  **sqlx.Stmt
	sql string
}

// prepare prepares every statement where it runs.
func (s *Store) prepare(ctx context.Context) error {
	if err := prepareOn(ctx, s.reader, &s.dialect, s.do.reads()); err != nil {
		return err
	}
	writes := s.do.writes(s.dialect.Upsert)
	if s.dialect.Count != "" {
		writes = append(writes, query{&s.do.counter, s.dialect.Counter}, query{&s.do.count, s.dialect.Count})
	}
	return prepareOn(ctx, s.door, &s.dialect, writes)
}

func prepareOn(ctx context.Context, p preparer, d *Dialect, list []query) error {
	for _, q := range list {
		bound := sqlx.Rebind(d.Bind, q.sql)
		stmt, err := p.PreparexContext(ctx, bound) //nolint:sqlclosecheck // It lives as long as the pool.
		if err != nil {
			return fmt.Errorf("%s: %w", q.sql, err)
		}
		*q.to = stmt
	}
	return nil
}

func (q *queries) reads() []query {
	const (
		user    = "SELECT " + userColumns + " FROM auth_users WHERE "
		session = "SELECT " + sessionColumns + " FROM auth_sessions WHERE "
	)
	return []query{
		{&q.userByID, user + "id = ?"},
		{&q.userByUUID, user + "uuid = ?"},
		{&q.userByEmail, user + "issuer = ? AND email = ?"},
		{&q.userByRemote, user + "issuer = ? AND remote_id = ?"},
		{&q.userVersion, "SELECT version FROM auth_users WHERE id = ?"},
		{&q.users, user + "id > ? ORDER BY id LIMIT ?"},
		{&q.session, session + "id = ?"},
		{&q.holds, "SELECT COUNT(*) FROM auth_sessions WHERE id = ? AND token_id = ? AND " + liveAt},
		{&q.liveSessions, session + "user_id = ? AND " + liveAt + " ORDER BY created_at DESC, id DESC"},
		{&q.revoked, "SELECT COUNT(*) FROM auth_tokens WHERE id = ?"},
		{&q.hits, "SELECT version, hits FROM auth_hits WHERE id = ?"},
		{&q.pingReader, "SELECT MAX(version) FROM auth_schema"},
	}
}

func (q *queries) writes(upsert string) []query {
	return []query{
		{&q.insertUser, insert("auth_users", userFixed+", "+userChanges+", version")},
		{&q.importUser, insert("auth_users", "id, "+userFixed+", "+userChanges+", version")},
		{&q.userID, "SELECT id FROM auth_users WHERE uuid = ?"},
		{&q.updateUser, "UPDATE auth_users SET " + strings.ReplaceAll(userChanges, ",", " = ?,") +
			" = ?, version = version + 1 WHERE id = ? AND version = ?"},
		{&q.deleteUser, "DELETE FROM auth_users WHERE id = ?"},
		{&q.deleteLock, "DELETE FROM auth_locks WHERE user_id = ?"},

		{&q.lock, "INSERT INTO auth_locks (user_id, n) VALUES (?, 1) " + upsert},
		{&q.raise, "UPDATE auth_locks SET n = n + 1 WHERE user_id = ?"},
		{&q.rivals, "SELECT id, device FROM auth_sessions WHERE user_id = ? AND epoch = ? AND " + liveAt +
			" ORDER BY created_at, id"},
		{&q.insertSession, insert("auth_sessions", sessionColumns)},
		{&q.rotate, "UPDATE auth_sessions SET last_seen = ?, address = ?, expires_at = ?, " +
			"token_id = ?, previous_id = ?, replaced_at = ? WHERE id = ? AND token_id = ? AND " + liveAt},
		{&q.touch, "UPDATE auth_sessions SET last_seen = ?, address = ?, expires_at = ? " +
			"WHERE id = ? AND token_id = ? AND " + liveAt},
		{&q.goingOn, "SELECT id FROM auth_sessions WHERE user_id = ? AND ended_at = 0 AND id <> ? ORDER BY id"},
		{&q.endSession, "UPDATE auth_sessions SET ended_at = ?, end_reason = ? WHERE id = ? AND ended_at = 0"},
		{&q.endOfUser, "UPDATE auth_sessions SET ended_at = ?, end_reason = ? " +
			"WHERE id = ? AND ended_at = 0 AND user_id = ?"},

		{&q.revoke, insert("auth_tokens", "id, until")},
		{&q.pastSessions, "SELECT id FROM auth_sessions WHERE past_at < ? ORDER BY past_at LIMIT ?"},
		{&q.deletePastSession, "DELETE FROM auth_sessions WHERE id = ? AND past_at < ?"},
		{&q.pastTokens, "SELECT id FROM auth_tokens WHERE until < ? ORDER BY until LIMIT ?"},
		{&q.deletePastToken, "DELETE FROM auth_tokens WHERE id = ? AND until < ?"},
		{&q.insertHits, insert("auth_hits", "id, version, hits, until")},
		{&q.updateHits, "UPDATE auth_hits SET version = version + 1, hits = ?, until = ? WHERE id = ? AND version = ?"},
		{&q.deleteHits, "DELETE FROM auth_hits WHERE id = ?"},
		{&q.pastHits, "SELECT id FROM auth_hits WHERE until < ? ORDER BY until LIMIT ?"},
		{&q.deletePastHits, "DELETE FROM auth_hits WHERE id = ? AND until < ?"},
		{&q.pingWriter, "SELECT MAX(version) FROM auth_schema"},
	}
}

// insert returns a plain INSERT of these columns.
func insert(table, columns string) string {
	values := strings.Repeat("?, ", strings.Count(columns, ",")) + "?"
	return "INSERT INTO " + table + " (" + columns + ") VALUES (" + values + ")"
}
