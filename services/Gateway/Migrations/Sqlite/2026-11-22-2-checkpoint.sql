-- The position of the read model in each source.
CREATE TABLE checkpoint_source (
  source    TEXT    NOT NULL CONSTRAINT pk_checkpoint_source PRIMARY KEY,
  log_id    TEXT    NOT NULL,
  watermark INTEGER NOT NULL
);

-- The latest change of each resource, as published.
CREATE TABLE checkpoint_change (
  resource TEXT    NOT NULL CONSTRAINT pk_checkpoint_change PRIMARY KEY,
  source   TEXT    NOT NULL,
  version  INTEGER NOT NULL,
  change   BLOB    NOT NULL
);
CREATE INDEX ix_checkpoint_change_source ON checkpoint_change (source);

-- Earlier changes of projects without their state, for the list of revisions.
CREATE TABLE checkpoint_revision (
  resource TEXT    NOT NULL,
  version  INTEGER NOT NULL,
  source   TEXT    NOT NULL,
  change   BLOB    NOT NULL,
  CONSTRAINT pk_checkpoint_revision PRIMARY KEY (resource, version)
);

-- The format of this checkpoint. A gateway that expects another format rebuilds the checkpoint from the feeds.
CREATE TABLE checkpoint_format (
  format INTEGER NOT NULL CONSTRAINT pk_checkpoint_format PRIMARY KEY
);
