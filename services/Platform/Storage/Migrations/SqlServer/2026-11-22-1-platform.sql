-- Texts are compared by code point (Latin1_General_100_BIN2), as on SQLite: the same page order, and ids are case-sensitive.

-- The change log: history, outbox and feed in one. One row per change, never updated or deleted.
CREATE TABLE change_log (
  sequence       BIGINT         NOT NULL CONSTRAINT pk_change_log PRIMARY KEY,
  event_id       NVARCHAR(128)  COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT uq_change_log_event UNIQUE,
  resource       NVARCHAR(128)  COLLATE Latin1_General_100_BIN2 NOT NULL,
  version        BIGINT         NOT NULL,
  actor          NVARCHAR(256)  COLLATE Latin1_General_100_BIN2 NOT NULL,
  method         NVARCHAR(64)   COLLATE Latin1_General_100_BIN2 NOT NULL,
  request_id     NVARCHAR(128)  COLLATE Latin1_General_100_BIN2 NOT NULL,
  commit_time    DATETIME2(6)   NOT NULL, -- UTC
  traceparent    NVARCHAR(256)  COLLATE Latin1_General_100_BIN2 NOT NULL,
  changed_fields NVARCHAR(MAX)  COLLATE Latin1_General_100_BIN2 NOT NULL, -- joined by commas
  state_type     NVARCHAR(256)  COLLATE Latin1_General_100_BIN2 NOT NULL,
  state          VARBINARY(MAX) NOT NULL,
  previous_hash  VARBINARY(32)  NOT NULL,
  hash           VARBINARY(32)  NOT NULL,
  CONSTRAINT uq_change_log_version UNIQUE (resource, version)
);

-- The single row that assigns sequences. Every writer updates it first, which makes all other writers wait.
CREATE TABLE change_head (
  id            BIGINT        NOT NULL CONSTRAINT pk_change_head PRIMARY KEY CONSTRAINT ck_change_head_one CHECK (id = 1),
  log_id        NVARCHAR(64)  COLLATE Latin1_General_100_BIN2 NOT NULL,
  last_sequence BIGINT        NOT NULL,
  last_hash     VARBINARY(32) NOT NULL
);

-- How far the relay has published. May lag behind: consumers count a change that is published twice only once.
CREATE TABLE relay_position (
  id                 BIGINT NOT NULL CONSTRAINT pk_relay_position PRIMARY KEY CONSTRAINT ck_relay_position_one CHECK (id = 1),
  published_sequence BIGINT NOT NULL
);

-- Changes that the broker rejected individually.
CREATE TABLE parked_change (
  sequence  BIGINT        NOT NULL CONSTRAINT pk_parked_change PRIMARY KEY,
  reason    NVARCHAR(MAX) COLLATE Latin1_General_100_BIN2 NOT NULL,
  park_time DATETIME2(6)  NOT NULL -- UTC
);

-- The responses of commands with a request id.
CREATE TABLE request (
  caller      NVARCHAR(256)  COLLATE Latin1_General_100_BIN2 NOT NULL,
  method      NVARCHAR(64)   COLLATE Latin1_General_100_BIN2 NOT NULL,
  request_id  NVARCHAR(128)  COLLATE Latin1_General_100_BIN2 NOT NULL,
  fingerprint VARBINARY(32)  NOT NULL,
  answer      VARBINARY(MAX) NOT NULL,
  create_time DATETIME2(6)   NOT NULL, -- UTC
  CONSTRAINT pk_request PRIMARY KEY (caller, method, request_id)
);
CREATE INDEX ix_request_create_time ON request (create_time);
