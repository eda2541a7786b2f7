-- Groups that were made before the settings get their defaults.
UPDATE host_groups
SET document = REPLACE(document, '"exhibits":', '"ekTrust":"none","minTier":"software","exhibits":');
