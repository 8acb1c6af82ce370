-- The audit trail of accepted and refused writes. Rows are only ever added.
CREATE TABLE audit_entry (
  entry_id       INTEGER NOT NULL CONSTRAINT pk_audit_entry PRIMARY KEY, -- given out by the database, rising
  entry_time     INTEGER NOT NULL, -- microseconds since 1970, UTC
  last_time      INTEGER NOT NULL,
  caller         TEXT    NOT NULL,
  sides          TEXT    NOT NULL, -- each between two commas: ,EU,US,
  organisation   TEXT    NOT NULL,
  roles          TEXT    NOT NULL, -- joined by commas
  method         TEXT    NOT NULL,
  request_id     TEXT    NOT NULL,
  resource       TEXT    NOT NULL,
  validate_only  INTEGER NOT NULL, -- 0 or 1
  code           INTEGER NOT NULL, -- of gRPC; 0: accepted
  reason         TEXT    NOT NULL,
  message        TEXT    NOT NULL,
  call_count     INTEGER NOT NULL,
  first_sequence INTEGER NOT NULL, -- 0: no change
  last_sequence  INTEGER NOT NULL,
  hash           BLOB    NOT NULL
);
CREATE INDEX ix_audit_entry_time ON audit_entry (entry_time);
