-- The index of searched texts. Each holds for a term the rows that have it: no text, no places, no
-- lengths. `terms` are made by the program, parted by spaces. Tables named `…_term` tell what an
-- index holds, for `guanxi check`.
CREATE VIRTUAL TABLE customer_search
    USING fts5 (terms, content = '', columnsize = 0, detail = none, tokenize = 'ascii');
CREATE VIRTUAL TABLE customer_search_term USING fts5vocab ('customer_search', 'instance');

CREATE VIRTUAL TABLE interaction_search
    USING fts5 (terms, content = '', columnsize = 0, detail = none, tokenize = 'ascii');
CREATE VIRTUAL TABLE interaction_search_term USING fts5vocab ('interaction_search', 'instance');

CREATE VIRTUAL TABLE complaint_search
    USING fts5 (terms, content = '', columnsize = 0, detail = none, tokenize = 'ascii');
CREATE VIRTUAL TABLE complaint_search_term USING fts5vocab ('complaint_search', 'instance');

-- Merging less often, an index takes a fifth less time to write.
INSERT INTO customer_search (customer_search, rank) VALUES ('automerge', 16);
INSERT INTO customer_search (customer_search, rank) VALUES ('crisismerge', 64);
INSERT INTO interaction_search (interaction_search, rank) VALUES ('automerge', 16);
INSERT INTO interaction_search (interaction_search, rank) VALUES ('crisismerge', 64);
INSERT INTO complaint_search (complaint_search, rank) VALUES ('automerge', 16);
INSERT INTO complaint_search (complaint_search, rank) VALUES ('crisismerge', 64);

-- The rows from `next_id` to `last_id` were there before the index and are not in it yet: a job
-- indexes them, piece by piece.
CREATE TABLE search_backlog (
    table_name TEXT PRIMARY KEY,
    next_id INTEGER NOT NULL,
    last_id INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO search_backlog (table_name, next_id, last_id)
SELECT 'customer', min(id), max(id) FROM customer HAVING max(id) IS NOT NULL;
INSERT INTO search_backlog (table_name, next_id, last_id)
SELECT 'interaction', min(id), max(id) FROM interaction HAVING max(id) IS NOT NULL;
INSERT INTO search_backlog (table_name, next_id, last_id)
SELECT 'complaint', min(id), max(id) FROM complaint HAVING max(id) IS NOT NULL;
