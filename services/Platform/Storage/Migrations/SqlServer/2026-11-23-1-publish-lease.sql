-- The publish lease. The row changes with each renewal. A replica that sees it unchanged for the length of a lease may take it, so that
-- clocks of different machines are never compared. Without an owner, the lease is released.
ALTER TABLE relay_position ADD lease_owner NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT df_relay_position_lease_owner DEFAULT N'';
ALTER TABLE relay_position ADD lease_renewal BIGINT NOT NULL CONSTRAINT df_relay_position_lease_renewal DEFAULT 0;

-- When an operator redrove it; NULL if never, or if it was retried since.
ALTER TABLE parked_change ADD redrive_time DATETIME2(6) NULL;
GO
CREATE INDEX ix_parked_change_redrive ON parked_change (sequence) WHERE redrive_time IS NOT NULL;
