-- The token that a host was enrolled with: the same one may ask again for the same answer.
ALTER TABLE hosts ADD COLUMN enrolled_by VARCHAR(64);

-- When it was told that the baseline expires soon: once, whatever restarts.
ALTER TABLE baselines ADD COLUMN expiry_told_at BIGINT;

ALTER TABLE resets ADD COLUMN finished_at BIGINT;
