-- Facilities: the state as protobuf, and the columns used to find it.
CREATE TABLE facility (
  name        NVARCHAR(128)  COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT pk_facility PRIMARY KEY,
  version     BIGINT         NOT NULL,
  status      BIGINT         NOT NULL,
  country     NVARCHAR(16)   COLLATE Latin1_General_100_BIN2 NOT NULL,
  search_text NVARCHAR(1024) COLLATE Latin1_General_100_BIN2 NOT NULL, -- id, display name and operator in lower case
  state       VARBINARY(MAX) NOT NULL
);
CREATE INDEX ix_facility_country ON facility (country, name);
CREATE INDEX ix_facility_status ON facility (status, name);
CREATE INDEX ix_facility_search_text ON facility (name) INCLUDE (search_text);

CREATE TABLE facility_mineral (
  facility NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT fk_facility_mineral REFERENCES facility (name),
  mineral  NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
  CONSTRAINT pk_facility_mineral PRIMARY KEY (facility, mineral)
);
CREATE INDEX ix_facility_mineral_mineral ON facility_mineral (mineral, facility);

-- Reservations: the state as protobuf, and the columns used to find it and to add up the tonnes.
CREATE TABLE reservation (
  name               NVARCHAR(128)  COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT pk_reservation PRIMARY KEY,
  version            BIGINT         NOT NULL,
  facility           NVARCHAR(128)  COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT fk_reservation_facility REFERENCES facility (name),
  project            NVARCHAR(128)  COLLATE Latin1_General_100_BIN2 NOT NULL,
  mineral            NVARCHAR(128)  COLLATE Latin1_General_100_BIN2 NOT NULL,
  product            NVARCHAR(300)  COLLATE Latin1_General_100_BIN2 NOT NULL,
  kilograms_per_year BIGINT         NOT NULL,
  from_year          BIGINT         NOT NULL,
  to_year            BIGINT         NOT NULL,
  released           BIT            NOT NULL, -- 0: it holds
  state              VARBINARY(MAX) NOT NULL
);
-- Covering index of the reservations in force, so that adding them up does not read the table.
CREATE INDEX ix_reservation_holding
  ON reservation (facility, mineral, product, from_year, to_year) INCLUDE (kilograms_per_year, released) WHERE released = 0;
-- For lists by name: of all, of a facility, of a project.
CREATE INDEX ix_reservation_released ON reservation (released, name);
CREATE INDEX ix_reservation_facility ON reservation (facility, released, name);
CREATE INDEX ix_reservation_project ON reservation (project, released, name);

-- The projects that this service knows to exist.
CREATE TABLE known_project (
  name NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT pk_known_project PRIMARY KEY
);
