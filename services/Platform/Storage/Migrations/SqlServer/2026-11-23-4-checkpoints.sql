-- Signed heads of the change log. Rows are only ever added.
CREATE TABLE chain_checkpoint (
  sequence  BIGINT         NOT NULL CONSTRAINT pk_chain_checkpoint PRIMARY KEY,
  log_id    NVARCHAR(64)   COLLATE Latin1_General_100_BIN2 NOT NULL,
  hash      VARBINARY(32)  NOT NULL,
  sign_time DATETIME2(6)   NOT NULL, -- UTC
  key_id    NVARCHAR(64)   COLLATE Latin1_General_100_BIN2 NOT NULL,
  signature VARBINARY(128) NOT NULL
);

-- The public keys of the signatures.
CREATE TABLE signing_key (
  key_id      NVARCHAR(64)    COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT pk_signing_key PRIMARY KEY,
  public_key  VARBINARY(1024) NOT NULL, -- SubjectPublicKeyInfo, DER
  create_time DATETIME2(6)    NOT NULL -- UTC
);
