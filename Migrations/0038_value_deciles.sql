-- What each tenth of the customers may yet bring: reckoned when a model is fitted, by the policy in
-- force then. Null for models of before; `lifetime_value` is null where amounts have no model.
ALTER TABLE value_model ADD COLUMN value_policy_id INTEGER REFERENCES value_policy (id);

CREATE TABLE value_decile (
    value_model_id INTEGER NOT NULL REFERENCES value_model (id),
    decile INTEGER NOT NULL CHECK (decile BETWEEN 1 AND 10),
    customers INTEGER NOT NULL,
    expected_orders REAL NOT NULL,
    lifetime_value INTEGER,
    alive_probability REAL NOT NULL,
    PRIMARY KEY (value_model_id, decile)
) STRICT, WITHOUT ROWID;
