-- engage:requires 1
-- Keys that engage makes by itself, and signs with.

CREATE TABLE {keys} (
    name    TEXT NOT NULL PRIMARY KEY, -- pii: none
    secret  BLOB NOT NULL, -- pii: none
    made_at INTEGER NOT NULL -- pii: none
) STRICT;
