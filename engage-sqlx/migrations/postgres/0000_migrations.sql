-- engage:requires 0
-- What has been applied. Made before anything else, and by every boot.
CREATE TABLE IF NOT EXISTS {migrations} (
    component  TEXT COLLATE "C" NOT NULL, -- pii: none
    version    BIGINT NOT NULL,           -- pii: none
    name       TEXT NOT NULL,             -- pii: none
    checksum   TEXT NOT NULL,             -- pii: none
    requires   BIGINT NOT NULL,           -- pii: none
    applied_at BIGINT NOT NULL,           -- pii: none
    PRIMARY KEY (component, version)
);
