-- Times are milliseconds since 1970. Documents are JSON; what is asked for by value is a column.

CREATE TABLE settings (
    name VARCHAR(64) PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE host_groups (
    name VARCHAR(64) PRIMARY KEY,
    document TEXT NOT NULL
);

-- Liveness has columns of its own, because a clean repeat changes nothing else.
CREATE TABLE hosts (
    name VARCHAR(64) PRIMARY KEY,
    group_name VARCHAR(64) NOT NULL REFERENCES host_groups (name),
    key_id CHAR(64) NOT NULL UNIQUE,
    revision BIGINT NOT NULL,
    boot CHAR(36),
    sequence BIGINT NOT NULL,
    last_seen BIGINT,
    verdict_at BIGINT,
    expires_at BIGINT,
    document TEXT NOT NULL
);

-- What outlives a host that is forgotten.
CREATE TABLE histories (
    name VARCHAR(64) PRIMARY KEY,
    document TEXT NOT NULL
);

CREATE TABLE boots (
    host VARCHAR(64) NOT NULL,
    boot CHAR(36) NOT NULL,
    first_seen BIGINT NOT NULL,
    PRIMARY KEY (host, boot)
);

CREATE TABLE drifts (
    host VARCHAR(64) PRIMARY KEY,
    document TEXT NOT NULL
);

CREATE TABLE resets (
    id CHAR(32) PRIMARY KEY,
    host VARCHAR(64) NOT NULL,
    open INTEGER NOT NULL,
    opened_at BIGINT NOT NULL,
    document TEXT NOT NULL
);

CREATE INDEX resets_by_age ON resets (open, opened_at);

CREATE TABLE bans (
    kind VARCHAR(8) NOT NULL,
    value VARCHAR(64) NOT NULL,
    host VARCHAR(64) NOT NULL,
    reason TEXT NOT NULL,
    banned_by VARCHAR(64) NOT NULL,
    banned_at BIGINT NOT NULL,
    PRIMARY KEY (kind, value)
);

CREATE TABLE tokens (
    id VARCHAR(64) PRIMARY KEY,
    secret_digest CHAR(64) NOT NULL UNIQUE,
    role VARCHAR(16) NOT NULL,
    group_name VARCHAR(64),
    host VARCHAR(64),
    platform_id VARCHAR(256),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    uses_left INTEGER NOT NULL
);

CREATE TABLE baselines (
    digest CHAR(64) PRIMARY KEY,
    channel VARCHAR(64) NOT NULL,
    serial BIGINT NOT NULL,
    envelope TEXT NOT NULL,
    published_by VARCHAR(64) NOT NULL,
    published_at BIGINT NOT NULL,
    retired_at BIGINT,
    UNIQUE (channel, serial)
);

CREATE TABLE rollback_windows (
    channel VARCHAR(64) PRIMARY KEY,
    to_serial BIGINT NOT NULL,
    reason TEXT NOT NULL,
    opened_by VARCHAR(64) NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE events (
    cursor_id BIGINT PRIMARY KEY,
    happened_at BIGINT NOT NULL,
    type VARCHAR(32) NOT NULL,
    host VARCHAR(64),
    group_name VARCHAR(64),
    details TEXT NOT NULL
);
