-- The audit trail of accepted and refused writes. Rows are only ever added.
CREATE TABLE audit_entry (
  entry_id       BIGINT IDENTITY(1, 1) NOT NULL CONSTRAINT pk_audit_entry PRIMARY KEY, -- given out by the database, rising
  entry_time     DATETIME2(6)  NOT NULL, -- UTC
  last_time      DATETIME2(6)  NOT NULL, -- UTC
  caller         NVARCHAR(256) COLLATE Latin1_General_100_BIN2 NOT NULL,
  sides          NVARCHAR(512) COLLATE Latin1_General_100_BIN2 NOT NULL, -- each between two commas: ,EU,US,
  organisation   NVARCHAR(256) COLLATE Latin1_General_100_BIN2 NOT NULL,
  roles          NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL, -- joined by commas
  method         NVARCHAR(64)  COLLATE Latin1_General_100_BIN2 NOT NULL,
  request_id     NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
  resource       NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
  validate_only  BIGINT        NOT NULL, -- 0 or 1
  code           BIGINT        NOT NULL, -- of gRPC; 0: accepted
  reason         NVARCHAR(64)  COLLATE Latin1_General_100_BIN2 NOT NULL,
  message        NVARCHAR(512) COLLATE Latin1_General_100_BIN2 NOT NULL,
  call_count     BIGINT        NOT NULL,
  first_sequence BIGINT        NOT NULL, -- 0: no change
  last_sequence  BIGINT        NOT NULL,
  hash           VARBINARY(32) NOT NULL
);
CREATE INDEX ix_audit_entry_time ON audit_entry (entry_time);
