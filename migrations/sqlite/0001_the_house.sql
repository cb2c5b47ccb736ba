-- The house, its people and their stays. Intervals are half-open: `since` belongs to them, `until`
-- does not; an open end is NULL. Instants are RFC 3339 text in UTC, ids are 16 bytes.
-- A rule that the schema keeps has the same name here and in postgres/0001_the_house.sql.

CREATE TABLE houses (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    zone TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 0,
    next_number INTEGER NOT NULL DEFAULT 1,
    demo INTEGER NOT NULL DEFAULT 0 CHECK (demo IN (0, 1)),
    alias_sealed BLOB NOT NULL,
    settings TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;

-- The plan. A thing's details hold during an interval; a change closes one row and opens the next,
-- so that the house of any past night can be drawn.

CREATE TABLE floors (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    house BLOB NOT NULL REFERENCES houses (id)
) STRICT;

CREATE TABLE floor_details (
    floor BLOB NOT NULL REFERENCES floors (id),
    since TEXT NOT NULL,
    until TEXT CHECK (until IS NULL OR until >= since),
    name TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (floor, since)
) STRICT;

CREATE TABLE rooms (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    house BLOB NOT NULL REFERENCES houses (id)
) STRICT;

CREATE TABLE room_details (
    room BLOB NOT NULL REFERENCES rooms (id),
    since TEXT NOT NULL,
    until TEXT CHECK (until IS NULL OR until >= since),
    floor BLOB NOT NULL REFERENCES floors (id),
    name TEXT NOT NULL,
    accessible INTEGER NOT NULL CHECK (accessible IN (0, 1)),
    position INTEGER NOT NULL,
    PRIMARY KEY (room, since)
) STRICT;

CREATE TABLE beds (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    house BLOB NOT NULL REFERENCES houses (id)
) STRICT;

CREATE TABLE bed_details (
    bed BLOB NOT NULL REFERENCES beds (id),
    house BLOB NOT NULL REFERENCES houses (id),
    since TEXT NOT NULL,
    until TEXT CHECK (until IS NULL OR until >= since),
    room BLOB NOT NULL REFERENCES rooms (id),
    label TEXT NOT NULL,
    position INTEGER NOT NULL,
    overflow INTEGER NOT NULL CHECK (overflow IN (0, 1)),
    note_sealed BLOB,
    PRIMARY KEY (bed, since)
) STRICT;
CREATE INDEX bed_details_by_room ON bed_details (room);

CREATE TRIGGER one_bed_per_label_insert BEFORE INSERT ON bed_details
WHEN EXISTS (SELECT 1 FROM bed_details d WHERE d.house = NEW.house AND d.label = NEW.label
    AND NOT (d.bed = NEW.bed AND d.since = NEW.since)
    AND (NEW.until IS NULL OR (NEW.until > NEW.since AND d.since < NEW.until))
    AND (d.until IS NULL OR (d.until > d.since AND d.until > NEW.since)))
BEGIN SELECT RAISE(ABORT, 'one_bed_per_label'); END;
CREATE TRIGGER one_bed_per_label_update BEFORE UPDATE OF label, since, until ON bed_details
WHEN EXISTS (SELECT 1 FROM bed_details d WHERE d.house = NEW.house AND d.label = NEW.label
    AND NOT (d.bed = OLD.bed AND d.since = OLD.since)
    AND (NEW.until IS NULL OR (NEW.until > NEW.since AND d.since < NEW.until))
    AND (d.until IS NULL OR (d.until > d.since AND d.until > NEW.since)))
BEGIN SELECT RAISE(ABORT, 'one_bed_per_label'); END;

-- A bed to prepare, or out of service, during an interval. A period called off is kept, superseded.

CREATE TABLE bed_conditions (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    house BLOB NOT NULL REFERENCES houses (id),
    bed BLOB NOT NULL REFERENCES beds (id),
    kind TEXT NOT NULL CHECK (kind IN ('to_prepare', 'out_of_service')),
    reason TEXT CHECK ((reason IS NULL) = (kind = 'to_prepare')),
    since TEXT NOT NULL,
    until TEXT CHECK (until IS NULL OR until >= since),
    recorded_at TEXT NOT NULL,
    superseded_at TEXT
) STRICT;
CREATE INDEX bed_conditions_by_bed ON bed_conditions (bed, since);

CREATE TRIGGER one_condition_at_a_time_insert BEFORE INSERT ON bed_conditions
WHEN NEW.superseded_at IS NULL AND EXISTS (SELECT 1 FROM bed_conditions c
    WHERE c.bed = NEW.bed AND c.kind = NEW.kind AND c.superseded_at IS NULL AND c.id <> NEW.id
    AND (NEW.until IS NULL OR (NEW.until > NEW.since AND c.since < NEW.until))
    AND (c.until IS NULL OR (c.until > c.since AND c.until > NEW.since)))
BEGIN SELECT RAISE(ABORT, 'one_condition_at_a_time'); END;
CREATE TRIGGER one_condition_at_a_time_update BEFORE UPDATE OF bed, kind, since, until, superseded_at ON bed_conditions
WHEN NEW.superseded_at IS NULL AND EXISTS (SELECT 1 FROM bed_conditions c
    WHERE c.bed = NEW.bed AND c.kind = NEW.kind AND c.superseded_at IS NULL AND c.id <> NEW.id
    AND (NEW.until IS NULL OR (NEW.until > NEW.since AND c.since < NEW.until))
    AND (c.until IS NULL OR (c.until > c.since AND c.until > NEW.since)))
BEGIN SELECT RAISE(ABORT, 'one_condition_at_a_time'); END;

-- Staff. Names and logins are sealed; a login is found by its keyed digest.

CREATE TABLE staff (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    house BLOB NOT NULL REFERENCES houses (id),
    login_digest BLOB NOT NULL,
    login_sealed BLOB NOT NULL,
    name_sealed BLOB NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('night', 'coordinator', 'management')),
    password_hash TEXT NOT NULL,
    created_at TEXT NOT NULL,
    disabled_at TEXT,
    last_sign_in_at TEXT,
    CONSTRAINT one_login_per_account UNIQUE (house, login_digest)
) STRICT;

-- Residents. Each part of a file is sealed with her own key, which is wrapped by the house's.

CREATE TABLE residents (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    house BLOB NOT NULL REFERENCES houses (id),
    number INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    changed_by BLOB REFERENCES staff (id),
    CONSTRAINT one_number_per_resident UNIQUE (house, number)
) STRICT;

CREATE TABLE resident_keys (
    resident BLOB NOT NULL PRIMARY KEY REFERENCES residents (id),
    wrapped BLOB NOT NULL
) STRICT;

CREATE TABLE resident_parts (
    resident BLOB NOT NULL REFERENCES residents (id),
    facet TEXT NOT NULL,
    version INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    written_at TEXT NOT NULL,
    written_by BLOB REFERENCES staff (id),
    superseded_at TEXT,
    PRIMARY KEY (resident, facet, version)
) STRICT;
CREATE UNIQUE INDEX one_part_of_a_kind ON resident_parts (resident, facet) WHERE superseded_at IS NULL;

-- Stays and the time in beds inside them.

CREATE TABLE stays (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    house BLOB NOT NULL REFERENCES houses (id),
    resident BLOB NOT NULL REFERENCES residents (id),
    version INTEGER NOT NULL DEFAULT 1,
    arrived_at TEXT NOT NULL,
    departed_at TEXT CHECK (departed_at IS NULL OR departed_at >= arrived_at),
    departure_reason TEXT,
    destination TEXT,
    expected_departure TEXT,
    age_at_admission INTEGER,
    age_reason_sealed BLOB,
    date_only INTEGER NOT NULL DEFAULT 0 CHECK (date_only IN (0, 1)),
    recorded_at TEXT NOT NULL,
    recorded_by BLOB REFERENCES staff (id),
    voided_at TEXT,
    CHECK ((departed_at IS NULL) = (departure_reason IS NULL)),
    CHECK ((departed_at IS NULL) = (destination IS NULL))
) STRICT;
CREATE INDEX stays_by_resident ON stays (resident, arrived_at);
CREATE INDEX stays_by_arrival ON stays (house, arrived_at);

CREATE TRIGGER one_stay_at_a_time_insert BEFORE INSERT ON stays
WHEN NEW.voided_at IS NULL AND EXISTS (SELECT 1 FROM stays s
    WHERE s.resident = NEW.resident AND s.voided_at IS NULL AND s.id <> NEW.id
    AND (NEW.departed_at IS NULL OR (NEW.departed_at > NEW.arrived_at AND s.arrived_at < NEW.departed_at))
    AND (s.departed_at IS NULL OR (s.departed_at > s.arrived_at AND s.departed_at > NEW.arrived_at)))
BEGIN SELECT RAISE(ABORT, 'one_stay_at_a_time'); END;
CREATE TRIGGER one_stay_at_a_time_update BEFORE UPDATE OF resident, arrived_at, departed_at, voided_at ON stays
WHEN NEW.voided_at IS NULL AND EXISTS (SELECT 1 FROM stays s
    WHERE s.resident = NEW.resident AND s.voided_at IS NULL AND s.id <> NEW.id
    AND (NEW.departed_at IS NULL OR (NEW.departed_at > NEW.arrived_at AND s.arrived_at < NEW.departed_at))
    AND (s.departed_at IS NULL OR (s.departed_at > s.arrived_at AND s.departed_at > NEW.arrived_at)))
BEGIN SELECT RAISE(ABORT, 'one_stay_at_a_time'); END;

CREATE TABLE bed_assignments (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    house BLOB NOT NULL REFERENCES houses (id),
    stay BLOB NOT NULL REFERENCES stays (id),
    resident BLOB NOT NULL REFERENCES residents (id),
    bed BLOB NOT NULL REFERENCES beds (id),
    since TEXT NOT NULL,
    until TEXT CHECK (until IS NULL OR until >= since),
    recorded_at TEXT NOT NULL,
    recorded_by BLOB REFERENCES staff (id),
    superseded_at TEXT
) STRICT;
CREATE INDEX bed_assignments_by_bed ON bed_assignments (bed, since) WHERE superseded_at IS NULL;
CREATE INDEX bed_assignments_by_resident ON bed_assignments (resident, since) WHERE superseded_at IS NULL;
CREATE INDEX bed_assignments_by_stay ON bed_assignments (stay);

CREATE TRIGGER one_person_per_bed_insert BEFORE INSERT ON bed_assignments
WHEN NEW.superseded_at IS NULL AND EXISTS (SELECT 1 FROM bed_assignments a
    WHERE a.bed = NEW.bed AND a.superseded_at IS NULL AND a.id <> NEW.id
    AND (NEW.until IS NULL OR (NEW.until > NEW.since AND a.since < NEW.until))
    AND (a.until IS NULL OR (a.until > a.since AND a.until > NEW.since)))
BEGIN SELECT RAISE(ABORT, 'one_person_per_bed'); END;
CREATE TRIGGER one_person_per_bed_update BEFORE UPDATE OF bed, since, until, superseded_at ON bed_assignments
WHEN NEW.superseded_at IS NULL AND EXISTS (SELECT 1 FROM bed_assignments a
    WHERE a.bed = NEW.bed AND a.superseded_at IS NULL AND a.id <> NEW.id
    AND (NEW.until IS NULL OR (NEW.until > NEW.since AND a.since < NEW.until))
    AND (a.until IS NULL OR (a.until > a.since AND a.until > NEW.since)))
BEGIN SELECT RAISE(ABORT, 'one_person_per_bed'); END;
CREATE TRIGGER one_place_per_person_insert BEFORE INSERT ON bed_assignments
WHEN NEW.superseded_at IS NULL AND EXISTS (SELECT 1 FROM bed_assignments a
    WHERE a.resident = NEW.resident AND a.superseded_at IS NULL AND a.id <> NEW.id
    AND (NEW.until IS NULL OR (NEW.until > NEW.since AND a.since < NEW.until))
    AND (a.until IS NULL OR (a.until > a.since AND a.until > NEW.since)))
BEGIN SELECT RAISE(ABORT, 'one_place_per_person'); END;
CREATE TRIGGER one_place_per_person_update BEFORE UPDATE OF resident, since, until, superseded_at ON bed_assignments
WHEN NEW.superseded_at IS NULL AND EXISTS (SELECT 1 FROM bed_assignments a
    WHERE a.resident = NEW.resident AND a.superseded_at IS NULL AND a.id <> NEW.id
    AND (NEW.until IS NULL OR (NEW.until > NEW.since AND a.since < NEW.until))
    AND (a.until IS NULL OR (a.until > a.since AND a.until > NEW.since)))
BEGIN SELECT RAISE(ABORT, 'one_place_per_person'); END;

-- Every change of a stay, with what was true before and after: ids, instants and codes, no name.

CREATE TABLE stay_trail (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    stay BLOB NOT NULL REFERENCES stays (id),
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    act BLOB,
    undoes BLOB REFERENCES stay_trail (id),
    recorded_at TEXT NOT NULL,
    recorded_by BLOB REFERENCES staff (id),
    before TEXT,
    after TEXT,
    CONSTRAINT one_place_in_the_trail UNIQUE (stay, seq)
) STRICT;
CREATE INDEX stay_trail_by_act ON stay_trail (act);
CREATE TRIGGER stay_trail_is_kept_update BEFORE UPDATE ON stay_trail
BEGIN SELECT RAISE(ABORT, 'stay_trail_is_kept'); END;
CREATE TRIGGER stay_trail_is_kept_delete BEFORE DELETE ON stay_trail
BEGIN SELECT RAISE(ABORT, 'stay_trail_is_kept'); END;

-- Access: devices already seen, sessions, failed tries, the code of a first start.

CREATE TABLE devices (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    house BLOB NOT NULL REFERENCES houses (id),
    token_digest BLOB NOT NULL UNIQUE,
    first_seen_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL
) STRICT;

CREATE TABLE sessions (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    token_digest BLOB NOT NULL UNIQUE,
    house BLOB NOT NULL REFERENCES houses (id),
    staff BLOB NOT NULL REFERENCES staff (id),
    device BLOB NOT NULL REFERENCES devices (id),
    shared INTEGER NOT NULL CHECK (shared IN (0, 1)),
    created_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    ended_at TEXT,
    ended_why TEXT
) STRICT;
CREATE INDEX sessions_by_staff ON sessions (staff);
CREATE TRIGGER ended_sessions_stay_ended BEFORE UPDATE ON sessions
WHEN OLD.ended_at IS NOT NULL AND (NEW.ended_at IS NULL OR NEW.token_digest <> OLD.token_digest)
BEGIN SELECT RAISE(ABORT, 'ended_sessions_stay_ended'); END;

CREATE TABLE sign_in_tries (
    pair_digest BLOB NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_at TEXT NOT NULL
) STRICT;

CREATE TABLE setup_codes (
    code_digest BLOB NOT NULL PRIMARY KEY,
    created_at TEXT NOT NULL,
    used_at TEXT
) STRICT;

-- What was done and opened: only ever added to.

CREATE TABLE audit (
    seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    house BLOB REFERENCES houses (id),
    at TEXT NOT NULL,
    zone TEXT,
    staff BLOB REFERENCES staff (id),
    role TEXT,
    session BLOB,
    device BLOB,
    what TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject_kind TEXT,
    subject BLOB,
    resident BLOB REFERENCES residents (id),
    act BLOB,
    outcome TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_resident ON audit (resident, seq);
CREATE INDEX audit_by_act ON audit (act);
CREATE TRIGGER audit_is_kept_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit_is_kept'); END;
CREATE TRIGGER audit_is_kept_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'audit_is_kept'); END;

-- Acts already done, so that the same one sent twice gets the first answer.

CREATE TABLE acts (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    house BLOB NOT NULL REFERENCES houses (id),
    staff BLOB REFERENCES staff (id),
    name TEXT NOT NULL,
    digest BLOB NOT NULL,
    answer TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;

-- What other screens are told: versions, areas and ids.

CREATE TABLE changes (
    house BLOB NOT NULL REFERENCES houses (id),
    version INTEGER NOT NULL,
    areas TEXT NOT NULL,
    subject BLOB,
    PRIMARY KEY (house, version)
) STRICT;

-- Data from elsewhere: which row of it became what here.

CREATE TABLE imports (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    house BLOB NOT NULL REFERENCES houses (id),
    source TEXT NOT NULL,
    at TEXT NOT NULL,
    report TEXT NOT NULL
) STRICT;

CREATE TABLE import_keys (
    house BLOB NOT NULL REFERENCES houses (id),
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    source_key TEXT NOT NULL,
    digest BLOB NOT NULL,
    ours BLOB,
    PRIMARY KEY (house, source, kind, source_key)
) STRICT;
