-- Where a server takes many changes at once, to put them into checkpoint_change within the same transaction; empty at its end.
CREATE TABLE checkpoint_staged (
  resource NVARCHAR(128)  COLLATE Latin1_General_100_BIN2 NOT NULL,
  source   NVARCHAR(64)   COLLATE Latin1_General_100_BIN2 NOT NULL,
  version  BIGINT         NOT NULL,
  change   VARBINARY(MAX) NOT NULL
);

-- By its source a change is found only to be thrown away, which may take its time; for that each was written a third time.
DROP INDEX ix_checkpoint_change_source ON checkpoint_change;
