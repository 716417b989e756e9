-- Attempts that a limiter counts: their times, oldest first, as a JSON list.
CREATE TABLE auth_hits (
	id {{key 255}} NOT NULL PRIMARY KEY,
	version {{int}} NOT NULL,
	hits {{text}} NOT NULL,
	until {{int}} NOT NULL
) {{keyed}};

CREATE INDEX auth_hits_until ON auth_hits (until);
