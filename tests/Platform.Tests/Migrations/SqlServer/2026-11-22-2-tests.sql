-- What the tests' own service owns: projects, by name.
CREATE TABLE thing (
  name  NVARCHAR(128)  COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT pk_thing PRIMARY KEY,
  state VARBINARY(MAX) NOT NULL
);
