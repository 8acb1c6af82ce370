-- Projects: the state as protobuf, and the columns used to find it.
CREATE TABLE project (
  name        TEXT    NOT NULL CONSTRAINT pk_project PRIMARY KEY,
  version     INTEGER NOT NULL,
  stage       INTEGER NOT NULL,
  country     TEXT    NOT NULL,
  search_text TEXT    NOT NULL, -- id, display name and operator in lower case
  state       BLOB    NOT NULL
);

CREATE TABLE project_mineral (
  project TEXT NOT NULL CONSTRAINT fk_project_mineral REFERENCES project (name),
  mineral TEXT NOT NULL,
  CONSTRAINT pk_project_mineral PRIMARY KEY (project, mineral)
);

CREATE TABLE project_kind (
  project TEXT    NOT NULL CONSTRAINT fk_project_kind REFERENCES project (name),
  kind    INTEGER NOT NULL,
  CONSTRAINT pk_project_kind PRIMARY KEY (project, kind)
);
