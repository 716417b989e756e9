-- Whether a user has yet to confirm its address.
ALTER TABLE auth_users ADD COLUMN unconfirmed {{bool}} NOT NULL DEFAULT FALSE;
