-- Rows by hash, filled in order. An index on a hash is written at random: a few bytes a row cost a page each, two thirds of all that a
-- run wrote. So new rows are found through memory, and from time to time all of them are put into these tables at once, sorted
-- (eval/store/lookups.c, which fills them after this step too). `prefix` is the first 8 bytes of the hash, as a number whose highest
-- byte is the first; the row itself decides.
CREATE TABLE lookup (
	name TEXT PRIMARY KEY,
	upto INTEGER NOT NULL          -- rows up to this id are in the table NAME_lookup; later ones are known by their ids alone
) STRICT, WITHOUT ROWID;
INSERT INTO lookup VALUES ('text', 0), ('call', 0);
CREATE TABLE text_lookup (
	prefix INTEGER PRIMARY KEY,    -- of two bodies with one prefix the second is stored again where it comes again
	id INTEGER NOT NULL
) STRICT;
CREATE TABLE call_lookup (
	prefix INTEGER NOT NULL,       -- of the key; a call that failed has it as well
	id INTEGER NOT NULL,
	PRIMARY KEY (prefix, id)
) STRICT, WITHOUT ROWID;

-- The same table without the index; two rows may now hold the same body where two processes put it at one time.
CREATE TABLE text_moved (
	id INTEGER PRIMARY KEY,
	hash BLOB NOT NULL,            -- of the body: BLAKE2b of 256 bits; SHA-256 where an older lever wrote it
	body ANY NOT NULL              -- TEXT when valid UTF-8 without NUL, else BLOB
) STRICT;
INSERT INTO text_moved SELECT id, hash, body FROM text ORDER BY id;
DROP TABLE text;
ALTER TABLE text_moved RENAME TO text;
DROP INDEX call_key;

-- The same checks, spelled so that SQLite makes no table in memory for the list of words each time a row is written (measured: an
-- eighth of what a run spends in SQLite). The content of a file does not change: SQLite's documentation names this way for checks.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'state IN (''open'', ''answered'', ''refused'', ''filtered'')',
	'state = ''open'' OR state = ''answered'' OR state = ''refused'' OR state = ''filtered''') WHERE name = 'attempt';
UPDATE sqlite_schema SET sql = replace(sql, 'state IN (''started'', ''answered'', ''failed'')',
	'state = ''started'' OR state = ''answered'' OR state = ''failed''') WHERE name = 'call';
PRAGMA writable_schema = RESET;
