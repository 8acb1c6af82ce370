-- The publish lease. The row changes with each renewal. A replica that sees it unchanged for the length of a lease may take it, so that
-- clocks of different machines are never compared. Without an owner, the lease is released.
ALTER TABLE relay_position ADD lease_owner VARCHAR(128) NOT NULL CONSTRAINT df_relay_position_lease_owner DEFAULT '';
ALTER TABLE relay_position ADD lease_renewal BIGINT NOT NULL CONSTRAINT df_relay_position_lease_renewal DEFAULT 0;

-- When an operator redrove it; NULL if never, or if it was retried since.
ALTER TABLE parked_change ADD redrive_time BIGINT NULL;
