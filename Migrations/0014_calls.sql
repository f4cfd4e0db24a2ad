-- Calls as telephone systems report them (M84); each ends as an interaction, and may open a complaint.
CREATE TABLE call (
    id INTEGER PRIMARY KEY,
    external_id TEXT NOT NULL,
    direction TEXT NOT NULL CHECK (direction IN ('inbound', 'outbound')),
    phone TEXT NOT NULL,
    staff_id INTEGER REFERENCES staff (id),
    customer_id INTEGER REFERENCES customer (id),
    started_at INTEGER NOT NULL,
    answered_at INTEGER,
    ended_at INTEGER,
    interaction_id INTEGER REFERENCES interaction (id),
    complaint_id INTEGER REFERENCES complaint (id),
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX call_external_id ON call (external_id);
CREATE INDEX call_started_at ON call (started_at, id);
CREATE INDEX call_customer_id ON call (customer_id, started_at, id);
CREATE INDEX call_staff_id ON call (staff_id, started_at, id);

-- Who is there, whom a call can be put through to.
CREATE INDEX staff_presence_expires_at ON staff_presence (expires_at, staff_id);
