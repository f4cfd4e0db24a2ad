-- What parts the customers of a model into fifths by recency, frequency and amount: the last figure of
-- each fifth but the best. Models of before have none.
CREATE TABLE value_cut (
    value_model_id INTEGER NOT NULL REFERENCES value_model (id),
    fifth INTEGER NOT NULL CHECK (fifth BETWEEN 1 AND 4),
    days_since_last INTEGER NOT NULL,
    frequency INTEGER NOT NULL,
    total INTEGER NOT NULL,
    PRIMARY KEY (value_model_id, fifth)
) STRICT, WITHOUT ROWID;
