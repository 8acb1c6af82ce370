-- Which replica publishes. The row changes with each renewal; a replica that sees it unchanged for the length of a lease may take it,
-- so that no clock is compared with that of another machine. No owner: it was given back.
ALTER TABLE relay_position ADD lease_owner NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT df_relay_position_lease_owner DEFAULT N'';
ALTER TABLE relay_position ADD lease_renewal BIGINT NOT NULL CONSTRAINT df_relay_position_lease_renewal DEFAULT 0;

-- When an operator asked for it to be published again; nothing: not asked, or tried since.
ALTER TABLE parked_change ADD redrive_time DATETIME2(6) NULL;
GO
CREATE INDEX ix_parked_change_redrive ON parked_change (sequence) WHERE redrive_time IS NOT NULL;
