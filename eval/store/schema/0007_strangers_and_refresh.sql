-- Batches of the server that were taken for one of ours, by their size, and held nothing of it: not taken for it again.
CREATE TABLE batch_stranger (
	batch_id INTEGER NOT NULL REFERENCES batch ON DELETE CASCADE,
	remote_id TEXT NOT NULL,
	PRIMARY KEY (batch_id, remote_id)
) STRICT, WITHOUT ROWID;
ALTER TABLE batch ADD COLUMN guessed INTEGER NOT NULL DEFAULT 0; -- 1: found again by its size; what it holds will show whether it is ours
UPDATE batch SET guessed = 1 WHERE message = 'found again on the server' AND state = 'waiting' AND file_id IS NULL;

-- Asked anew (--refresh, --no-cache) and not answered since: only calls after this one are an answer. NULL: any stored answer will do.
ALTER TABLE attempt ADD COLUMN anew_after INTEGER;
CREATE INDEX attempt_anew ON attempt (variant_version_id) WHERE anew_after IS NOT NULL;
