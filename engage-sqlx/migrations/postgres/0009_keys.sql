-- engage:requires 1
-- Keys that engage makes by itself, and signs with.

CREATE TABLE {keys} (
    name    TEXT COLLATE "C" NOT NULL PRIMARY KEY, -- pii: none
    secret  BYTEA NOT NULL, -- pii: none
    made_at BIGINT NOT NULL -- pii: none
);
