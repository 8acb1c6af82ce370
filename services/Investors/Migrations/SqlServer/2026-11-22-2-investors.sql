-- Each record: the state as protobuf, and the columns used to find it. Each kind of query has its index.
CREATE TABLE partnership (
  name    NVARCHAR(128)  COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT pk_partnership PRIMARY KEY,
  version BIGINT         NOT NULL,
  state   VARBINARY(MAX) NOT NULL
);

CREATE TABLE investor (
  name        NVARCHAR(128)  COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT pk_investor PRIMARY KEY,
  version     BIGINT         NOT NULL,
  country     NVARCHAR(16)   COLLATE Latin1_General_100_BIN2 NOT NULL,
  kind        BIGINT         NOT NULL,
  search_text NVARCHAR(1024) COLLATE Latin1_General_100_BIN2 NOT NULL, -- id and display name in lower case
  state       VARBINARY(MAX) NOT NULL
);
CREATE INDEX ix_investor_country ON investor (country, name);
CREATE INDEX ix_investor_kind ON investor (kind, name);
CREATE INDEX ix_investor_search_text ON investor (name) INCLUDE (search_text);

CREATE TABLE commitment (
  name       NVARCHAR(128)  COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT pk_commitment PRIMARY KEY,
  version    BIGINT         NOT NULL,
  investor   NVARCHAR(128)  COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT fk_commitment_investor REFERENCES investor (name),
  project    NVARCHAR(128)  COLLATE Latin1_General_100_BIN2 NOT NULL,
  instrument BIGINT         NOT NULL,
  status     BIGINT         NOT NULL,
  state      VARBINARY(MAX) NOT NULL
);
CREATE INDEX ix_commitment_investor ON commitment (investor, name);
CREATE INDEX ix_commitment_project ON commitment (project, name);
CREATE INDEX ix_commitment_instrument ON commitment (instrument, name);
CREATE INDEX ix_commitment_status ON commitment (status, name);

-- The reference rates of one day. The day is a text because it is the id in the resource name.
CREATE TABLE exchange_rate_table (
  day     NVARCHAR(10)   COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT pk_exchange_rate_table PRIMARY KEY, -- yyyy-mm-dd
  version BIGINT         NOT NULL,
  state   VARBINARY(MAX) NOT NULL
);

-- The projects that are known to exist. The projects service owns them.
CREATE TABLE known_project (
  name NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT pk_known_project PRIMARY KEY
);
