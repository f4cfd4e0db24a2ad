-- People and the teams they work in (M33, M85).
CREATE TABLE team (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX team_name ON team (name);

-- Customers and complaints name people by id and are older than this table, so what they name may
-- be missing here.
CREATE TABLE staff (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    team_id INTEGER REFERENCES team (id),
    leader_id INTEGER REFERENCES staff (id),
    time_zone TEXT,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    archived_at INTEGER
) STRICT;

CREATE INDEX staff_name ON staff (name, id);
CREATE INDEX staff_team_id ON staff (team_id, id);
CREATE INDEX staff_leader_id ON staff (leader_id, id);

CREATE TABLE staff_skill (
    staff_id INTEGER NOT NULL REFERENCES staff (id),
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    level INTEGER NOT NULL CHECK (level BETWEEN 1 AND 5),
    PRIMARY KEY (staff_id, position)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX staff_skill_name ON staff_skill (name, staff_id);

CREATE TABLE staff_language (
    staff_id INTEGER NOT NULL REFERENCES staff (id),
    position INTEGER NOT NULL,
    language TEXT NOT NULL,
    PRIMARY KEY (staff_id, position)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX staff_language_language ON staff_language (language, staff_id);

-- Minutes since midnight in the person's time zone.
CREATE TABLE staff_hours (
    staff_id INTEGER NOT NULL REFERENCES staff (id),
    position INTEGER NOT NULL,
    weekday TEXT NOT NULL
        CHECK (weekday IN ('monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday',
            'sunday')),
    start_minute INTEGER NOT NULL,
    end_minute INTEGER NOT NULL,
    PRIMARY KEY (staff_id, position),
    CHECK (0 <= start_minute AND start_minute < end_minute AND end_minute <= 1440)
) STRICT, WITHOUT ROWID;

-- What a person said last; it counts until it expires.
CREATE TABLE staff_presence (
    staff_id INTEGER PRIMARY KEY REFERENCES staff (id),
    presence TEXT NOT NULL
        CHECK (presence = 'available' OR presence = 'busy' OR presence = 'away'
            OR presence = 'off'),
    expires_at INTEGER NOT NULL
) STRICT;

-- A token may belong to a person.
ALTER TABLE token ADD COLUMN staff_id INTEGER REFERENCES staff (id);

CREATE INDEX token_staff_id ON token (staff_id, id) WHERE staff_id IS NOT NULL;
