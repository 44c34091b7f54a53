-- engage:requires 1
-- Which history of the database numbers belong to: another value for each database, and a new one when a backup was put back.
INSERT INTO {counters} (name, value) VALUES ('epoch', abs(random() % 2147483647));
