-- Each record: the state as protobuf, and the columns used to find it. Each kind of query has its index.
CREATE TABLE partnership (
  name    TEXT    NOT NULL CONSTRAINT pk_partnership PRIMARY KEY,
  version INTEGER NOT NULL,
  state   BLOB    NOT NULL
);

CREATE TABLE investor (
  name        TEXT    NOT NULL CONSTRAINT pk_investor PRIMARY KEY,
  version     INTEGER NOT NULL,
  country     TEXT    NOT NULL,
  kind        INTEGER NOT NULL,
  search_text TEXT    NOT NULL, -- id and display name in lower case
  state       BLOB    NOT NULL
);
CREATE INDEX ix_investor_country ON investor (country, name);
CREATE INDEX ix_investor_kind ON investor (kind, name);

CREATE TABLE commitment (
  name       TEXT    NOT NULL CONSTRAINT pk_commitment PRIMARY KEY,
  version    INTEGER NOT NULL,
  investor   TEXT    NOT NULL CONSTRAINT fk_commitment_investor REFERENCES investor (name),
  project    TEXT    NOT NULL,
  instrument INTEGER NOT NULL,
  status     INTEGER NOT NULL,
  state      BLOB    NOT NULL
);
CREATE INDEX ix_commitment_investor ON commitment (investor, name);
CREATE INDEX ix_commitment_project ON commitment (project, name);
CREATE INDEX ix_commitment_instrument ON commitment (instrument, name);
CREATE INDEX ix_commitment_status ON commitment (status, name);

-- The reference rates of one day.
CREATE TABLE exchange_rate_table (
  day     TEXT    NOT NULL CONSTRAINT pk_exchange_rate_table PRIMARY KEY, -- yyyy-mm-dd
  version INTEGER NOT NULL,
  state   BLOB    NOT NULL
);

-- The projects that are known to exist. The projects service owns them.
CREATE TABLE known_project (
  name TEXT NOT NULL CONSTRAINT pk_known_project PRIMARY KEY
);
