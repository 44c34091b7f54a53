-- engage:requires 1
-- Tickets that are more urgent than others, or less, however many there are of the usual priority (1).

CREATE INDEX {!tickets_priority} ON {tickets} (priority, updated_at, id) WHERE priority <> 1;
