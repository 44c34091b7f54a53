-- engage:requires 1
-- What staff owe for a ticket, and by when.

ALTER TABLE {tickets}
    ADD COLUMN sla TEXT; -- pii: none
