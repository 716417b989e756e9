-- Times are milliseconds since 1970 in UTC, 0 for no time. Texts that are compared are compared
-- byte for byte. Lists and maps are JSON.

CREATE TABLE auth_users (
	id {{id}},
	uuid {{key 36}} NOT NULL,
	version {{int}} NOT NULL,
	issuer {{key 255}} NOT NULL,
	remote_id {{key 255}},
	email {{key 254}},
	first_name {{text}} NOT NULL,
	last_name {{text}} NOT NULL,
	phone {{text}},
	location {{text}},
	active {{bool}} NOT NULL,
	staff {{bool}} NOT NULL,
	superuser {{bool}} NOT NULL,
	date_joined {{int}} NOT NULL,
	last_login {{int}} NOT NULL,
	roles {{text}} NOT NULL,
	permissions {{text}} NOT NULL,
	extra {{text}},
	password_hash {{text}} NOT NULL,
	epoch_access {{int}} NOT NULL,
	epoch_refresh {{int}} NOT NULL,
	codes {{text}} NOT NULL,
	UNIQUE (uuid),
	UNIQUE (email, issuer),
	UNIQUE (remote_id, issuer)
) {{table}};

-- A session's user may live in another table, so there is no foreign key.
CREATE TABLE auth_sessions (
	id {{key 255}} NOT NULL PRIMARY KEY,
	user_id {{key 255}} NOT NULL,
	epoch {{int}} NOT NULL,
	device {{text}} NOT NULL,
	label {{text}} NOT NULL,
	address {{text}} NOT NULL,
	claims {{text}},
	created_at {{int}} NOT NULL,
	last_seen {{int}} NOT NULL,
	expires_at {{int}} NOT NULL,
	ends_at {{int}} NOT NULL,
	past_at {{int}} GENERATED ALWAYS AS (CASE WHEN expires_at < ends_at THEN expires_at ELSE ends_at END) STORED,
	token_id {{key 255}} NOT NULL,
	previous_id {{key 255}} NOT NULL,
	replaced_at {{int}} NOT NULL,
	ended_at {{int}} NOT NULL,
	end_reason {{text}} NOT NULL
) {{table}};

CREATE INDEX auth_sessions_user ON auth_sessions (user_id, ended_at);

-- The earlier of expires_at and ends_at: one index serves purges by either.
CREATE INDEX auth_sessions_past ON auth_sessions (past_at);

CREATE TABLE auth_tokens (
	id {{key 255}} NOT NULL PRIMARY KEY,
	until {{int}} NOT NULL
) {{keyed}};

CREATE INDEX auth_tokens_until ON auth_tokens (until);

-- One row for each user who logged in on a device or with a limit: what changes all of a user's
-- sessions queues at it.
CREATE TABLE auth_locks (
	user_id {{key 255}} NOT NULL PRIMARY KEY,
	n {{int}} NOT NULL
) {{keyed}};
