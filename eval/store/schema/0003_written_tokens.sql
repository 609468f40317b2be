-- Tokens that a provider wrote to its cache: they count as input and have a price of their own. NULL: not told.
ALTER TABLE call ADD COLUMN written_tokens INTEGER;
ALTER TABLE attempt ADD COLUMN written_tokens INTEGER;
