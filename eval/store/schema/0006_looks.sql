-- What gates looked at: a sample that is looked at again with more cases needs a test that allows for it.
CREATE TABLE look (
	variant_version_id INTEGER NOT NULL REFERENCES variant_version ON DELETE CASCADE,
	cases INTEGER NOT NULL,        -- measured then, whatever their tags
	looked_at INTEGER NOT NULL,    -- the first time
	PRIMARY KEY (variant_version_id, cases)
) STRICT, WITHOUT ROWID;
