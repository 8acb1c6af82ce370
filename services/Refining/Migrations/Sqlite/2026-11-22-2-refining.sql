-- Facilities: the state as protobuf, and the columns used to find it.
CREATE TABLE facility (
  name        TEXT    NOT NULL CONSTRAINT pk_facility PRIMARY KEY,
  version     INTEGER NOT NULL,
  status      INTEGER NOT NULL,
  country     TEXT    NOT NULL,
  search_text TEXT    NOT NULL, -- id, display name and operator in lower case
  state       BLOB    NOT NULL
);
CREATE INDEX ix_facility_country ON facility (country, name);
CREATE INDEX ix_facility_status ON facility (status, name);

CREATE TABLE facility_mineral (
  facility TEXT NOT NULL CONSTRAINT fk_facility_mineral REFERENCES facility (name),
  mineral  TEXT NOT NULL,
  CONSTRAINT pk_facility_mineral PRIMARY KEY (facility, mineral)
);
CREATE INDEX ix_facility_mineral_mineral ON facility_mineral (mineral, facility);

-- Reservations: the state as protobuf, and the columns used to find it and to add up the tonnes.
CREATE TABLE reservation (
  name               TEXT    NOT NULL CONSTRAINT pk_reservation PRIMARY KEY,
  version            INTEGER NOT NULL,
  facility           TEXT    NOT NULL CONSTRAINT fk_reservation_facility REFERENCES facility (name),
  project            TEXT    NOT NULL,
  mineral            TEXT    NOT NULL,
  product            TEXT    NOT NULL,
  kilograms_per_year INTEGER NOT NULL,
  from_year          INTEGER NOT NULL,
  to_year            INTEGER NOT NULL,
  released           INTEGER NOT NULL, -- 0: it holds
  state              BLOB    NOT NULL
);
-- Covering index of the reservations in force, so that adding them up does not read the table.
CREATE INDEX ix_reservation_holding
  ON reservation (facility, mineral, product, from_year, to_year, kilograms_per_year, released) WHERE released = 0;
-- For lists by name: of all, of a facility, of a project.
CREATE INDEX ix_reservation_released ON reservation (released, name);
CREATE INDEX ix_reservation_facility ON reservation (facility, released, name);
CREATE INDEX ix_reservation_project ON reservation (project, released, name);

-- The projects that this service knows to exist.
CREATE TABLE known_project (
  name TEXT NOT NULL CONSTRAINT pk_known_project PRIMARY KEY
);
