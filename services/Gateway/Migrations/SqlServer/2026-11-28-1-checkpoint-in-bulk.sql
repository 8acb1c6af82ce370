-- Staging table for bulk writes on a server: rows move to checkpoint_change within the same transaction, so it is empty afterwards.
CREATE TABLE checkpoint_staged (
  resource NVARCHAR(128)  COLLATE Latin1_General_100_BIN2 NOT NULL,
  source   NVARCHAR(64)   COLLATE Latin1_General_100_BIN2 NOT NULL,
  version  BIGINT         NOT NULL,
  change   VARBINARY(MAX) NOT NULL
);

-- The index was used only to delete changes by source, which may be slow, but it made every write more expensive.
DROP INDEX ix_checkpoint_change_source ON checkpoint_change;
