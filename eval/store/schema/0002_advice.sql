-- Probes, triage, and what was predicted of levers.

ALTER TABLE run_variant ADD COLUMN probe TEXT;  -- which one, where it is generated: a name of the registry; its base is `parent`

-- Cases a person put off in the triage queue, and the last word on each: an event a deferral, the latest counts.
CREATE TABLE triage_event (
	id INTEGER PRIMARY KEY,
	attempt_id INTEGER NOT NULL REFERENCES attempt ON DELETE CASCADE,
	act TEXT NOT NULL CHECK (act IN ('deferred', 'resumed')),
	author TEXT NOT NULL,
	created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX triage_event_attempt ON triage_event (attempt_id);

-- The ledger: what `lever next` predicted of a lever on a base version, from which evidence. What came of it is read from the runs.
CREATE TABLE prediction (
	id INTEGER PRIMARY KEY,
	uid BLOB NOT NULL UNIQUE,
	run_id INTEGER NOT NULL,
	base_version_id INTEGER NOT NULL,
	base TEXT NOT NULL,                -- name of the base variant
	lever TEXT NOT NULL,
	evidence TEXT NOT NULL,            -- the probe or variant it rests on
	gain REAL NOT NULL, low REAL NOT NULL, high REAL NOT NULL, error REAL NOT NULL, -- of the pass rate over all cases
	recommended INTEGER NOT NULL,
	created_at INTEGER NOT NULL,
	UNIQUE (base_version_id, lever, evidence)
) STRICT;
