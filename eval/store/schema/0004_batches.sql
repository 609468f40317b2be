-- Batch APIs: requests that are handed in together and answered within a day, at half the price. Such a call has source 'batch' and
-- state 'started' from the moment it is queued until its batch was collected.
CREATE TABLE batch (
	id INTEGER PRIMARY KEY,
	uid BLOB NOT NULL UNIQUE,          -- goes to the server where it keeps such words, so that a batch is found again after a crash
	model TEXT NOT NULL,               -- the project's name of it
	base_url TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'waiting', 'ended')),
	file_id TEXT, remote_id TEXT,      -- of the server; NULL: not known yet
	status TEXT, message TEXT,         -- as the server put it last
	created_at INTEGER NOT NULL,
	sent_at INTEGER, ended_at INTEGER
) STRICT;
ALTER TABLE call ADD COLUMN batch_id INTEGER REFERENCES batch;
CREATE INDEX call_batch ON call (batch_id) WHERE batch_id IS NOT NULL;
CREATE INDEX call_batch_key ON call (key) WHERE batch_id IS NOT NULL;
