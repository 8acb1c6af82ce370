-- Whether only its own side and auditors see it. Duplicates a field of the state.
ALTER TABLE commitment ADD confidential BIGINT NOT NULL CONSTRAINT df_commitment_confidential DEFAULT 0;
GO
CREATE INDEX ix_commitment_confidential ON commitment (confidential, name);

-- Published totals of confidential commitments: one row per partnership and day.
CREATE TABLE confidential_totals (
  name        NVARCHAR(128)  COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT pk_confidential_totals PRIMARY KEY,
  version     BIGINT         NOT NULL,
  partnership NVARCHAR(128)  COLLATE Latin1_General_100_BIN2 NOT NULL,
  day         NVARCHAR(10)   COLLATE Latin1_General_100_BIN2 NOT NULL, -- yyyy-mm-dd
  state       VARBINARY(MAX) NOT NULL
);
CREATE INDEX ix_confidential_totals_day ON confidential_totals (partnership, day);

-- The contributions behind each published total. They decide what may be published next.
CREATE TABLE confidential_publication (
  number        BIGINT         NOT NULL CONSTRAINT pk_confidential_publication PRIMARY KEY,
  partnership   NVARCHAR(128)  COLLATE Latin1_General_100_BIN2 NOT NULL,
  owner_sides   NVARCHAR(440)  COLLATE Latin1_General_100_BIN2 NOT NULL,
  side_id       NVARCHAR(20)   COLLATE Latin1_General_100_BIN2 NOT NULL,
  instrument    BIGINT         NOT NULL,
  currency_code NVARCHAR(3)    COLLATE Latin1_General_100_BIN2 NOT NULL,
  contributions VARBINARY(MAX) NOT NULL
);
CREATE INDEX ix_confidential_publication_partnership ON confidential_publication (partnership, number);
