-- A breaker that has tripped; none for a group whose breaker is closed.
CREATE TABLE breakers (
    group_name VARCHAR(64) PRIMARY KEY REFERENCES host_groups (name),
    document TEXT NOT NULL
);
