-- Staging table for bulk writes on a server: rows move to checkpoint_change within the same transaction, so it is empty afterwards.
CREATE TABLE checkpoint_staged (
  resource TEXT    NOT NULL,
  source   TEXT    NOT NULL,
  version  INTEGER NOT NULL,
  change   BLOB    NOT NULL
);

-- The index was used only to delete changes by source, which may be slow, but it made every write more expensive.
DROP INDEX ix_checkpoint_change_source;
