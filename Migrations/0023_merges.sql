-- Customers that turned out to be one (数据剔重): what belonged to the duplicate belongs to the one that
-- is kept, as long as the merge is not undone.
CREATE TABLE customer_merge (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    duplicate_id INTEGER NOT NULL REFERENCES customer (id),
    -- Who looked after the duplicate.
    manager_assignment_id INTEGER REFERENCES manager_assignment (id),
    actor TEXT NOT NULL,
    merged_at INTEGER NOT NULL,
    undone_at INTEGER,
    CHECK (customer_id <> duplicate_id)
) STRICT;

CREATE UNIQUE INDEX customer_merge_duplicate_id ON customer_merge (duplicate_id)
    WHERE undone_at IS NULL;
CREATE INDEX customer_merge_customer_id ON customer_merge (customer_id, id);

-- The rows that moved with a merge.
CREATE TABLE customer_merge_row (
    customer_merge_id INTEGER NOT NULL REFERENCES customer_merge (id),
    table_name TEXT NOT NULL,
    row_id INTEGER NOT NULL,
    PRIMARY KEY (customer_merge_id, table_name, row_id)
) STRICT, WITHOUT ROWID;

-- What the record of the kept one took over from that of the duplicate.
CREATE TABLE customer_merge_value (
    customer_merge_id INTEGER NOT NULL REFERENCES customer_merge (id),
    member TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (customer_merge_id, member, value)
) STRICT, WITHOUT ROWID;

-- By what duplicates are found. The key of a name is its folded form, the first line of the search
-- text, without blanks.
ALTER TABLE customer ADD COLUMN name_key TEXT NOT NULL DEFAULT '';

UPDATE customer SET name_key = replace(
    substr(search_text, 1, instr(search_text || char(10), char(10)) - 1), ' ', '');

CREATE INDEX customer_name_key ON customer (name_key, id) WHERE archived_at IS NULL;
CREATE INDEX customer_email_address ON customer_email (lower(address), customer_id);
