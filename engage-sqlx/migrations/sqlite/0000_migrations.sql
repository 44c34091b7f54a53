-- engage:requires 0
-- What has been applied. Made before anything else, and by every boot.
CREATE TABLE IF NOT EXISTS {migrations} (
    component  TEXT NOT NULL,    -- pii: none
    version    INTEGER NOT NULL, -- pii: none
    name       TEXT NOT NULL,    -- pii: none
    checksum   TEXT NOT NULL,    -- pii: none
    requires   INTEGER NOT NULL, -- pii: none
    applied_at INTEGER NOT NULL, -- pii: none
    PRIMARY KEY (component, version)
) STRICT;
