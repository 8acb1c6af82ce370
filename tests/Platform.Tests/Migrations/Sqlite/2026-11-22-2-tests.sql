-- What the tests' own service owns: projects, by name.
CREATE TABLE thing (
  name  TEXT NOT NULL CONSTRAINT pk_thing PRIMARY KEY,
  state BLOB NOT NULL
);
