-- engage:requires 1
-- Agents who want mails of the tickets that they see to or follow.

CREATE TABLE {ticket_mails} (
    agent_id TEXT NOT NULL PRIMARY KEY -- pii: staff
) STRICT, WITHOUT ROWID;
