-- engage:requires 1
-- Whether an agent wants to see a conversation as unread, until they read in it again.

ALTER TABLE {marks} ADD COLUMN unread INTEGER NOT NULL DEFAULT 0; -- pii: none
