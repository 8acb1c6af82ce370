-- The position of the read model in each source.
CREATE TABLE checkpoint_source (
  source    NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT pk_checkpoint_source PRIMARY KEY,
  log_id    NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
  watermark BIGINT       NOT NULL
);

-- The latest change of each resource, as published.
CREATE TABLE checkpoint_change (
  resource NVARCHAR(128)  COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT pk_checkpoint_change PRIMARY KEY,
  source   NVARCHAR(64)   COLLATE Latin1_General_100_BIN2 NOT NULL,
  version  BIGINT         NOT NULL,
  change   VARBINARY(MAX) NOT NULL
);
CREATE INDEX ix_checkpoint_change_source ON checkpoint_change (source);

-- Earlier changes of projects without their state, for the list of revisions.
CREATE TABLE checkpoint_revision (
  resource NVARCHAR(128)  COLLATE Latin1_General_100_BIN2 NOT NULL,
  version  BIGINT         NOT NULL,
  source   NVARCHAR(64)   COLLATE Latin1_General_100_BIN2 NOT NULL,
  change   VARBINARY(MAX) NOT NULL,
  CONSTRAINT pk_checkpoint_revision PRIMARY KEY (resource, version)
);

-- The format of this checkpoint. A gateway that expects another format rebuilds the checkpoint from the feeds.
CREATE TABLE checkpoint_format (
  format BIGINT NOT NULL CONSTRAINT pk_checkpoint_format PRIMARY KEY
);
