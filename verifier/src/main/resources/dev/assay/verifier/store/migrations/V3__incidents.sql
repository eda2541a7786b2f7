-- What was seen alike on hosts, kept after they were reset. Removed 90 days after it began last on
-- any host, and the oldest where there are too many.
CREATE TABLE incidents (
    id CHAR(64) PRIMARY KEY,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    document TEXT NOT NULL,
    drift TEXT NOT NULL
);

CREATE INDEX incidents_by_age ON incidents (last_at);

-- A host that shows something else with each evidence pushes out its own incidents, not others'.
CREATE TABLE incident_hosts (
    incident CHAR(64) NOT NULL,
    host VARCHAR(64) NOT NULL,
    group_name VARCHAR(64) NOT NULL,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    boots INTEGER NOT NULL,
    last_boot CHAR(36) NOT NULL,
    first_measurement INTEGER NOT NULL,
    after_reset INTEGER NOT NULL,
    PRIMARY KEY (incident, host)
);

CREATE INDEX incident_hosts_by_host ON incident_hosts (host, last_at);
