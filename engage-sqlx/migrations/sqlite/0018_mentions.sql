-- engage:requires 1
-- Whom a note asks to look: with the note, and the newest such note beside each reader's mark, where 0 is none. Who may be
-- asked depends on whether they see every team.

ALTER TABLE {entries} ADD COLUMN mentions TEXT; -- pii: staff
ALTER TABLE {marks} ADD COLUMN mention INTEGER NOT NULL DEFAULT 0; -- pii: none
CREATE INDEX {!marks_mentioned} ON {marks} (reader, conversation_id) WHERE mention > 0;
ALTER TABLE {agents} ADD COLUMN admin INTEGER NOT NULL DEFAULT 0; -- pii: none
