-- Known problems (M78) with their fixes: the products that have them, and the complaints that were
-- found to be about them.
CREATE TABLE article (
    id INTEGER PRIMARY KEY,
    problem TEXT NOT NULL,
    fix TEXT,
    search_text TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    archived_at INTEGER
) STRICT;

CREATE INDEX article_updated_at ON article (updated_at, id);

CREATE TABLE article_product (
    article_id INTEGER NOT NULL REFERENCES article (id),
    position INTEGER NOT NULL,
    product_id INTEGER NOT NULL REFERENCES product (id),
    PRIMARY KEY (article_id, position)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX article_product_product_id ON article_product (product_id, article_id);

CREATE TABLE article_complaint (
    article_id INTEGER NOT NULL REFERENCES article (id),
    complaint_id INTEGER NOT NULL REFERENCES complaint (id),
    linked_at INTEGER NOT NULL,
    PRIMARY KEY (article_id, complaint_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX article_complaint_complaint_id ON article_complaint (complaint_id, article_id);

CREATE VIRTUAL TABLE article_search
    USING fts5 (terms, content = '', columnsize = 0, detail = none, tokenize = 'ascii');
CREATE VIRTUAL TABLE article_search_term USING fts5vocab ('article_search', 'instance');
