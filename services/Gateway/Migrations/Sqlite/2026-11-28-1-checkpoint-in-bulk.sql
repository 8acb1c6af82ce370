-- Where a server takes many changes at once, to put them into checkpoint_change within the same transaction; empty at its end.
CREATE TABLE checkpoint_staged (
  resource TEXT    NOT NULL,
  source   TEXT    NOT NULL,
  version  INTEGER NOT NULL,
  change   BLOB    NOT NULL
);

-- By its source a change is found only to be thrown away, which may take its time; for that each was written a third time.
DROP INDEX ix_checkpoint_change_source;
