-- engage:requires 1
-- Who answers what, and who comes first.

ALTER TABLE {conversations} ADD COLUMN priority INTEGER NOT NULL DEFAULT 1; -- pii: none
ALTER TABLE {conversations} ADD COLUMN language TEXT; -- pii: none
ALTER TABLE {conversations} ADD COLUMN waiting_since INTEGER; -- pii: none
ALTER TABLE {conversations} ADD COLUMN unanswered_since INTEGER; -- pii: none
ALTER TABLE {conversations} ADD COLUMN offered_at INTEGER; -- pii: none
ALTER TABLE {conversations} ADD COLUMN passed_by TEXT; -- pii: staff
UPDATE {conversations} SET waiting_since = created_at WHERE status = 'open' AND assignee_id IS NULL;

-- The queue in its order.
DROP INDEX {!conversations_waiting};
CREATE INDEX {!conversations_queue} ON {conversations} (priority DESC, waiting_since, id, team)
    WHERE waiting_since IS NOT NULL;
CREATE INDEX {!conversations_offered} ON {conversations} (offered_at) WHERE offered_at IS NOT NULL;

ALTER TABLE {agents} ADD COLUMN capacity INTEGER; -- pii: none
ALTER TABLE {agents} ADD COLUMN languages TEXT NOT NULL DEFAULT '[]'; -- pii: none
