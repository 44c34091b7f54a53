-- engage:requires 1
-- Whether the host's bot answers a conversation, which then waits for nobody.

ALTER TABLE {conversations} ADD COLUMN bot INTEGER NOT NULL DEFAULT 0; -- pii: none
