-- Projects: the state as protobuf, and the columns used to find it. Each kind of query has its index.
CREATE TABLE project (
  name        NVARCHAR(128)  COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT pk_project PRIMARY KEY,
  version     BIGINT         NOT NULL,
  stage       BIGINT         NOT NULL,
  country     NVARCHAR(16)   COLLATE Latin1_General_100_BIN2 NOT NULL,
  search_text NVARCHAR(1024) COLLATE Latin1_General_100_BIN2 NOT NULL, -- id, display name and operator in lower case
  state       VARBINARY(MAX) NOT NULL
);
CREATE INDEX ix_project_stage ON project (stage, name);
CREATE INDEX ix_project_country ON project (country, name);
CREATE INDEX ix_project_search_text ON project (name) INCLUDE (search_text);

CREATE TABLE project_mineral (
  project NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT fk_project_mineral REFERENCES project (name),
  mineral NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
  CONSTRAINT pk_project_mineral PRIMARY KEY (project, mineral)
);
CREATE INDEX ix_project_mineral_mineral ON project_mineral (mineral, project);

CREATE TABLE project_kind (
  project NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT fk_project_kind REFERENCES project (name),
  kind    BIGINT        NOT NULL,
  CONSTRAINT pk_project_kind PRIMARY KEY (project, kind)
);
CREATE INDEX ix_project_kind_kind ON project_kind (kind, project);
