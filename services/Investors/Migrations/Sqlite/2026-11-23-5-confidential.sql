-- Whether only its own side and auditors see it. Duplicates a field of the state.
ALTER TABLE commitment ADD confidential INTEGER NOT NULL CONSTRAINT df_commitment_confidential DEFAULT 0;
CREATE INDEX ix_commitment_confidential ON commitment (confidential, name);

-- Published totals of confidential commitments: one row per partnership and day.
CREATE TABLE confidential_totals (
  name        TEXT    NOT NULL CONSTRAINT pk_confidential_totals PRIMARY KEY,
  version     INTEGER NOT NULL,
  partnership TEXT    NOT NULL,
  day         TEXT    NOT NULL, -- yyyy-mm-dd
  state       BLOB    NOT NULL
);
CREATE INDEX ix_confidential_totals_day ON confidential_totals (partnership, day);

-- The contributions behind each published total. They decide what may be published next.
CREATE TABLE confidential_publication (
  number        INTEGER NOT NULL CONSTRAINT pk_confidential_publication PRIMARY KEY,
  partnership   TEXT    NOT NULL,
  owner_sides   TEXT    NOT NULL,
  side_id       TEXT    NOT NULL,
  instrument    INTEGER NOT NULL,
  currency_code TEXT    NOT NULL,
  contributions BLOB    NOT NULL
);
CREATE INDEX ix_confidential_publication_partnership ON confidential_publication (partnership, number);
