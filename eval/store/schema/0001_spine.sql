-- The first shape of a lever database. Moments are microseconds since 1970 UTC, durations microseconds, money picodollars
-- (1e-12 USD); NULL is "unknown", never 0. Texts live once each in `text`. Hashes are 32-byte SHA-256, uids 16 random bytes.

CREATE TABLE setting (name TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;

CREATE TABLE text (
	id INTEGER PRIMARY KEY,
	hash BLOB NOT NULL UNIQUE,
	body ANY NOT NULL              -- TEXT when valid UTF-8 without NUL, else BLOB
) STRICT;

-- The test set ----------------------------------------------------------------------------------------------------------
CREATE TABLE test_set (
	id INTEGER PRIMARY KEY,
	hash BLOB NOT NULL UNIQUE,     -- over every case in order, inputs, golds, tags
	source_hash BLOB NOT NULL,     -- over the files and the mapping: unchanged means the set need not be read again
	case_count INTEGER NOT NULL,
	skipped_count INTEGER NOT NULL,
	created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX test_set_source ON test_set (source_hash);

CREATE TABLE case_input (
	id INTEGER PRIMARY KEY,
	case_id TEXT NOT NULL,
	hash BLOB NOT NULL,            -- vars, earlier turns
	vars TEXT NOT NULL,            -- JSON object
	messages TEXT,                 -- JSON list of earlier turns
	UNIQUE (case_id, hash)
) STRICT;

CREATE TABLE case_gold (
	id INTEGER PRIMARY KEY,
	hash BLOB NOT NULL UNIQUE,     -- expected, gold passages, the case's own scorers
	expected TEXT,                 -- JSON list of accepted answers; NULL: none
	passages TEXT,                 -- JSON list of passage or document ids
	scorers TEXT                   -- JSON list, as in the project file
) STRICT;

CREATE TABLE test_case (
	test_set_id INTEGER NOT NULL REFERENCES test_set ON DELETE CASCADE,
	position INTEGER NOT NULL,     -- from 1, the order of the sources
	input_id INTEGER NOT NULL REFERENCES case_input,
	gold_id INTEGER NOT NULL REFERENCES case_gold,
	tags TEXT,                     -- JSON list of strings
	cluster TEXT,
	user TEXT,
	groups TEXT,                   -- JSON list of strings
	metadata TEXT,                 -- JSON
	source TEXT, line INTEGER,     -- where the case was read
	PRIMARY KEY (test_set_id, position)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX test_case_input ON test_case (test_set_id, input_id);

CREATE TABLE skipped_row (
	test_set_id INTEGER NOT NULL REFERENCES test_set ON DELETE CASCADE,
	source TEXT NOT NULL, line INTEGER NOT NULL, message TEXT NOT NULL
) STRICT;

-- Variants and runs -------------------------------------------------------------------------------------------------------
CREATE TABLE variant_version (
	id INTEGER PRIMARY KEY,
	hash BLOB NOT NULL UNIQUE,     -- name and all that decides an output
	name TEXT NOT NULL,
	definition TEXT NOT NULL,      -- JSON: what was hashed, readable
	created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX variant_version_name ON variant_version (name);

CREATE TABLE grading (
	id INTEGER PRIMARY KEY,
	hash BLOB NOT NULL UNIQUE,     -- over all scorers and how they combine
	definition TEXT NOT NULL,      -- JSON
	created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE run (
	id INTEGER PRIMARY KEY,        -- the number in variant@run
	uid BLOB NOT NULL UNIQUE,
	manifest BLOB NOT NULL,        -- hash: cases, variant versions, repeats, seed
	test_set_id INTEGER NOT NULL REFERENCES test_set,
	grading_id INTEGER NOT NULL REFERENCES grading, -- the current one
	repeats INTEGER NOT NULL,
	seed INTEGER NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('running', 'complete', 'incomplete')),
	project TEXT NOT NULL,
	program TEXT NOT NULL,         -- version of lever
	settings TEXT,                 -- JSON: command line, what else is worth telling
	started_at INTEGER NOT NULL,
	worked_at INTEGER NOT NULL,    -- when it was last opened: the latest run is the one worked on last
	ended_at INTEGER
) STRICT;
CREATE INDEX run_manifest ON run (manifest);

CREATE TABLE run_variant (
	run_id INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
	position INTEGER NOT NULL,
	variant_version_id INTEGER NOT NULL REFERENCES variant_version,
	lever TEXT NOT NULL,
	parent TEXT,                   -- name of the parent variant in the same run
	model TEXT,                    -- the project's name of the model
	generated INTEGER NOT NULL DEFAULT 0, -- probes and the like: hidden unless asked for
	PRIMARY KEY (run_id, position)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX run_variant_version ON run_variant (run_id, variant_version_id);

-- What screens need without counting: kept in the transaction that stores an attempt.
CREATE TABLE tally (
	run_id INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
	variant_version_id INTEGER NOT NULL REFERENCES variant_version,
	planned INTEGER NOT NULL DEFAULT 0,
	passed INTEGER NOT NULL DEFAULT 0,
	failed INTEGER NOT NULL DEFAULT 0,    -- final, not passed
	errors INTEGER NOT NULL DEFAULT 0,    -- open: no answer yet, last try failed
	input_tokens INTEGER NOT NULL DEFAULT 0,
	output_tokens INTEGER NOT NULL DEFAULT 0,
	cost INTEGER,                         -- of its attempts, whoever paid; NULL as soon as one is unknown
	PRIMARY KEY (run_id, variant_version_id)
) STRICT, WITHOUT ROWID;

-- Attempts and calls --------------------------------------------------------------------------------------------------------
-- An attempt belongs to no run: a run shows every attempt of its variant versions, cases and repeats, whichever run made it.
CREATE TABLE attempt (
	id INTEGER PRIMARY KEY,
	variant_version_id INTEGER NOT NULL REFERENCES variant_version,
	input_id INTEGER NOT NULL REFERENCES case_input,
	repeat INTEGER NOT NULL,              -- from 1
	state TEXT NOT NULL CHECK (state IN ('open', 'answered', 'refused', 'filtered')),
	class TEXT NOT NULL,                  -- 'ok' or the class of the last failed call
	message TEXT,                         -- of the failure
	finish TEXT,                          -- stop, length, tool, filter, other
	routed_to TEXT,                       -- stacks: the variant that answered
	prompt_id INTEGER REFERENCES text,    -- JSON list of messages as sent
	output_id INTEGER REFERENCES text,
	reasoning_id INTEGER REFERENCES text,
	extracted_id INTEGER REFERENCES text, -- what the variant's extractor took from the output; NULL: the output itself
	call_count INTEGER NOT NULL,
	input_tokens INTEGER, cached_tokens INTEGER, reasoning_tokens INTEGER, output_tokens INTEGER,
	cost INTEGER,
	latency INTEGER,                      -- of the calls that answered, without waits and retries
	stratum TEXT, probability REAL,       -- how its case was drawn, where it was
	run_id INTEGER NOT NULL,              -- the run that made it last
	ended_at INTEGER NOT NULL,
	UNIQUE (variant_version_id, input_id, repeat)
) STRICT;

CREATE TABLE call (
	id INTEGER PRIMARY KEY,
	uid BLOB NOT NULL,
	run_id INTEGER NOT NULL,
	variant_version_id INTEGER NOT NULL,
	input_id INTEGER NOT NULL,
	repeat INTEGER NOT NULL,
	purpose TEXT NOT NULL,                -- answer, route, judge, embed, …
	try INTEGER NOT NULL,                 -- from 1
	state TEXT NOT NULL CHECK (state IN ('started', 'answered', 'failed')), -- 'started' after a crash: the answer was lost
	source TEXT NOT NULL,                 -- network, command, cache, cassette, recorded
	class TEXT NOT NULL,                  -- 'ok' or why it failed; '' while started
	message TEXT,
	model TEXT NOT NULL,                  -- the project's name
	key BLOB NOT NULL,                    -- hash of everything that decides the answer, origin included
	method_url TEXT,                      -- "POST http://host/path", without query secrets
	request_id INTEGER REFERENCES text,
	response_id INTEGER,                  -- of text; no reference: it is set by an update, whose check would cost a savepoint a call
	status INTEGER,                       -- HTTP
	server_request TEXT, returned_model TEXT, fingerprint TEXT,
	input_tokens INTEGER, cached_tokens INTEGER, reasoning_tokens INTEGER, output_tokens INTEGER,
	cost INTEGER,
	started_at INTEGER NOT NULL,
	latency INTEGER, first_byte INTEGER   -- durations
) STRICT;
CREATE INDEX call_attempt ON call (variant_version_id, input_id, repeat);
CREATE INDEX call_key ON call (key) WHERE state = 'answered';

-- Scores ---------------------------------------------------------------------------------------------------------------------
CREATE TABLE scorer (
	id INTEGER PRIMARY KEY,
	hash BLOB NOT NULL UNIQUE,            -- type, its version and configuration; not weight, name or scope
	name TEXT NOT NULL,
	type TEXT NOT NULL,
	definition TEXT NOT NULL
) STRICT;

CREATE TABLE score (
	attempt_id INTEGER NOT NULL REFERENCES attempt ON DELETE CASCADE,
	scorer_id INTEGER NOT NULL REFERENCES scorer,
	gold_id INTEGER NOT NULL REFERENCES case_gold,
	value REAL NOT NULL CHECK (value BETWEEN 0 AND 1),
	passed INTEGER NOT NULL,
	weight REAL NOT NULL,
	reason TEXT,
	extracted TEXT,
	PRIMARY KEY (attempt_id, gold_id, scorer_id)
) STRICT, WITHOUT ROWID;

-- Which scorers a grading consists of; those that cases bring along join when they are first met.
CREATE TABLE grading_scorer (
	grading_id INTEGER NOT NULL REFERENCES grading ON DELETE CASCADE,
	scorer_id INTEGER NOT NULL REFERENCES scorer,
	name TEXT NOT NULL,
	PRIMARY KEY (grading_id, scorer_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE verdict (
	attempt_id INTEGER NOT NULL REFERENCES attempt ON DELETE CASCADE,
	grading_id INTEGER NOT NULL REFERENCES grading,
	gold_id INTEGER NOT NULL REFERENCES case_gold,
	passed INTEGER NOT NULL,
	value REAL NOT NULL,                  -- weighted mean of the scores
	PRIMARY KEY (attempt_id, grading_id, gold_id)
) STRICT, WITHOUT ROWID;

-- Labels: events, never changed or deleted --------------------------------------------------------------------------------------
CREATE TABLE label (
	id INTEGER PRIMARY KEY,
	uid BLOB NOT NULL UNIQUE,
	attempt_id INTEGER NOT NULL REFERENCES attempt ON DELETE CASCADE,
	output_id INTEGER REFERENCES text,
	mode TEXT NOT NULL,                   -- F0 … F20 or a code of the project
	act TEXT NOT NULL CHECK (act IN ('put', 'withdrawn')),
	source TEXT NOT NULL CHECK (source IN ('rule', 'probe', 'judge', 'person', 'import')),
	author TEXT NOT NULL,
	note TEXT,
	evidence TEXT,
	created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX label_attempt ON label (attempt_id);

-- Retrieval --------------------------------------------------------------------------------------------------------------------
CREATE TABLE corpus (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	settings TEXT NOT NULL,               -- JSON: how passages are cut
	version BLOB NOT NULL,                -- hash over all passages: part of a variant's version
	document_count INTEGER NOT NULL, passage_count INTEGER NOT NULL,
	word_count INTEGER NOT NULL,          -- of all passages, as indexed
	indexed_at INTEGER NOT NULL
) STRICT;
CREATE TABLE document (
	id INTEGER PRIMARY KEY,
	corpus_id INTEGER NOT NULL REFERENCES corpus ON DELETE CASCADE,
	path TEXT NOT NULL,
	hash BLOB NOT NULL,                   -- of the file's bytes
	title TEXT,
	UNIQUE (corpus_id, path)
) STRICT;
CREATE TABLE passage (
	id INTEGER PRIMARY KEY,
	corpus_id INTEGER NOT NULL REFERENCES corpus ON DELETE CASCADE,
	document_id INTEGER NOT NULL REFERENCES document ON DELETE CASCADE,
	key TEXT NOT NULL,                    -- "leave.md#carry-over", "leave.md#carry-over~2"
	ordinal INTEGER NOT NULL,
	title TEXT NOT NULL,                  -- "Leave > Carry over"
	body TEXT NOT NULL,
	UNIQUE (corpus_id, key)
) STRICT;
CREATE INDEX passage_document ON passage (document_id);
-- The ids of a corpus' passages are a range, (corpus_id << 32) + 1 and up, so that a search reads one corpus only and its statistics are
-- its own. The index keeps no text: eval/store/passages.c puts a passage in and takes it out with the same words.
CREATE TABLE passage_length (
	passage_id INTEGER PRIMARY KEY REFERENCES passage ON DELETE CASCADE,
	words INTEGER NOT NULL,               -- in the index
	titled INTEGER NOT NULL               -- whether the title is among them
) STRICT;
CREATE VIRTUAL TABLE passage_index USING fts5 (words, content = '', columnsize = 0, tokenize = 'porter unicode61');

CREATE TABLE retrieval (
	attempt_id INTEGER PRIMARY KEY REFERENCES attempt ON DELETE CASCADE,
	corpus TEXT NOT NULL, corpus_version BLOB NOT NULL,
	query TEXT NOT NULL,
	duration INTEGER NOT NULL
) STRICT;
CREATE TABLE retrieved (
	attempt_id INTEGER NOT NULL REFERENCES attempt ON DELETE CASCADE,
	rank INTEGER NOT NULL,                -- from 1
	key TEXT NOT NULL, title TEXT NOT NULL,
	body_id INTEGER NOT NULL REFERENCES text,
	score REAL NOT NULL,                  -- higher is better
	number INTEGER,                       -- its number in the prompt; NULL: not put in
	cited INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY (attempt_id, rank)
) STRICT, WITHOUT ROWID;

-- Outputs that exist already, read from files: one row an output, found by the case they answer ---------------------------------------
CREATE TABLE recorded_file (
	id INTEGER PRIMARY KEY,
	hash BLOB NOT NULL UNIQUE,            -- of the bytes and the mapping
	path TEXT NOT NULL,
	row_count INTEGER NOT NULL
) STRICT;
CREATE TABLE recorded_output (
	file_id INTEGER NOT NULL REFERENCES recorded_file ON DELETE CASCADE,
	case_id TEXT NOT NULL,
	repeat INTEGER NOT NULL,
	line INTEGER NOT NULL,
	body TEXT NOT NULL,                   -- JSON: output, verdict, usage, cost, latency, passages, labels
	PRIMARY KEY (file_id, case_id, repeat)
) STRICT, WITHOUT ROWID;
