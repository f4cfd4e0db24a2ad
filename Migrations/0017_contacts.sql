-- People at a customer (M41): who reports to whom, and what each has to say when something is bought.
CREATE TABLE contact (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    name TEXT NOT NULL,
    title TEXT,
    department TEXT,
    reports_to_id INTEGER REFERENCES contact (id),
    buying_role TEXT
        CHECK (buying_role = 'decider' OR buying_role = 'influencer' OR buying_role = 'buyer'
            OR buying_role = 'user' OR buying_role = 'gatekeeper' OR buying_role = 'coach'),
    influence INTEGER CHECK (influence BETWEEN 1 AND 10),
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    archived_at INTEGER
) STRICT;

CREATE INDEX contact_customer_id ON contact (customer_id, id);
CREATE INDEX contact_name ON contact (customer_id, name, id);
CREATE INDEX contact_reports_to_id ON contact (reports_to_id, id);

CREATE TABLE contact_phone (
    contact_id INTEGER NOT NULL REFERENCES contact (id),
    position INTEGER NOT NULL,
    typed TEXT NOT NULL,
    e164 TEXT NOT NULL,
    digits TEXT NOT NULL,
    label TEXT,
    PRIMARY KEY (contact_id, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX contact_phone_e164 ON contact_phone (e164, contact_id);

CREATE TABLE contact_email (
    contact_id INTEGER NOT NULL REFERENCES contact (id),
    position INTEGER NOT NULL,
    address TEXT NOT NULL,
    PRIMARY KEY (contact_id, position)
) STRICT, WITHOUT ROWID;

-- Who took part in an interaction, on their side and on ours (M47).
CREATE TABLE interaction_contact (
    interaction_id INTEGER NOT NULL REFERENCES interaction (id),
    position INTEGER NOT NULL,
    contact_id INTEGER NOT NULL REFERENCES contact (id),
    PRIMARY KEY (interaction_id, position)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX interaction_contact_contact_id
    ON interaction_contact (contact_id, interaction_id);

CREATE TABLE interaction_staff (
    interaction_id INTEGER NOT NULL REFERENCES interaction (id),
    position INTEGER NOT NULL,
    staff_id INTEGER NOT NULL REFERENCES staff (id),
    PRIMARY KEY (interaction_id, position)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX interaction_staff_staff_id ON interaction_staff (staff_id, interaction_id);

-- Of the calls that are recorded already it is known who took them.
INSERT INTO interaction_staff (interaction_id, position, staff_id)
SELECT interaction_id, 0, staff_id FROM call
WHERE interaction_id IS NOT NULL AND staff_id IS NOT NULL;
