-- Signed heads of the change log. Rows are only ever added.
CREATE TABLE chain_checkpoint (
  sequence  INTEGER NOT NULL CONSTRAINT pk_chain_checkpoint PRIMARY KEY,
  log_id    TEXT    NOT NULL,
  hash      BLOB    NOT NULL,
  sign_time INTEGER NOT NULL, -- microseconds since 1970, UTC
  key_id    TEXT    NOT NULL,
  signature BLOB    NOT NULL
);

-- The public keys of the signatures.
CREATE TABLE signing_key (
  key_id      TEXT    NOT NULL CONSTRAINT pk_signing_key PRIMARY KEY,
  public_key  BLOB    NOT NULL, -- SubjectPublicKeyInfo, DER
  create_time INTEGER NOT NULL
);
