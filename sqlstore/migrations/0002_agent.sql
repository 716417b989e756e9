-- A keyed hash of the User-Agent that a session was opened with.
ALTER TABLE auth_sessions ADD COLUMN agent {{key 255}} NOT NULL DEFAULT '';
