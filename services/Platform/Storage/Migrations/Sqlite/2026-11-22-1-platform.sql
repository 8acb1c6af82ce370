-- The change log: history, outbox and feed in one. One row per change, never updated or deleted.
CREATE TABLE change_log (
  sequence       INTEGER NOT NULL CONSTRAINT pk_change_log PRIMARY KEY,
  event_id       TEXT    NOT NULL CONSTRAINT uq_change_log_event UNIQUE,
  resource       TEXT    NOT NULL,
  version        INTEGER NOT NULL,
  actor          TEXT    NOT NULL,
  method         TEXT    NOT NULL,
  request_id     TEXT    NOT NULL,
  commit_time    INTEGER NOT NULL, -- microseconds since 1970, UTC
  traceparent    TEXT    NOT NULL,
  changed_fields TEXT    NOT NULL, -- joined by commas
  state_type     TEXT    NOT NULL,
  state          BLOB    NOT NULL,
  previous_hash  BLOB    NOT NULL,
  hash           BLOB    NOT NULL,
  CONSTRAINT uq_change_log_version UNIQUE (resource, version)
);

-- The single row that assigns sequences. Every writer updates it.
CREATE TABLE change_head (
  id            INTEGER NOT NULL CONSTRAINT pk_change_head PRIMARY KEY CONSTRAINT ck_change_head_one CHECK (id = 1),
  log_id        TEXT    NOT NULL,
  last_sequence INTEGER NOT NULL,
  last_hash     BLOB    NOT NULL
);

-- How far the relay has published. May lag behind: consumers count a change that is published twice only once.
CREATE TABLE relay_position (
  id                 INTEGER NOT NULL CONSTRAINT pk_relay_position PRIMARY KEY CONSTRAINT ck_relay_position_one CHECK (id = 1),
  published_sequence INTEGER NOT NULL
);

-- Changes that the broker rejected individually.
CREATE TABLE parked_change (
  sequence  INTEGER NOT NULL CONSTRAINT pk_parked_change PRIMARY KEY,
  reason    TEXT    NOT NULL,
  park_time INTEGER NOT NULL
);

-- The responses of commands with a request id.
CREATE TABLE request (
  caller      TEXT    NOT NULL,
  method      TEXT    NOT NULL,
  request_id  TEXT    NOT NULL,
  fingerprint BLOB    NOT NULL,
  answer      BLOB    NOT NULL,
  create_time INTEGER NOT NULL,
  CONSTRAINT pk_request PRIMARY KEY (caller, method, request_id)
);
CREATE INDEX ix_request_create_time ON request (create_time);
