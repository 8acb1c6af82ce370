-- Proposals: commands that take effect when every side concerned has approved them. The state as protobuf, and the columns used to find it.
CREATE TABLE proposal (
  name          NVARCHAR(128)  COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT pk_proposal PRIMARY KEY,
  version       BIGINT         NOT NULL,
  number        BIGINT         NOT NULL CONSTRAINT uq_proposal_number UNIQUE, -- that in its name: the order in which they were raised
  progress      BIGINT         NOT NULL, -- ProposalState
  expire_time   DATETIME2(6)   NOT NULL, -- UTC
  last_sequence BIGINT         NOT NULL, -- in the change log, of its last change
  state         VARBINARY(MAX) NOT NULL
);
CREATE INDEX ix_proposal_progress ON proposal (progress, expire_time);
CREATE INDEX ix_proposal_last_sequence ON proposal (last_sequence);

-- The sides concerned by a proposal.
CREATE TABLE proposal_side (
  proposal NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT fk_proposal_side REFERENCES proposal (name),
  side     NVARCHAR(20)  COLLATE Latin1_General_100_BIN2 NOT NULL,
  raised   BIGINT        NOT NULL, -- 1: this side raised it; 0: it did not
  CONSTRAINT pk_proposal_side PRIMARY KEY (proposal, side)
);
CREATE INDEX ix_proposal_side_side ON proposal_side (side, proposal);
