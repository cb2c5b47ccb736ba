-- The house, its people and their stays. Intervals are half-open: `since` belongs to them, `until`
-- does not; an open end is NULL. The same tables, columns and rules as sqlite/0001_the_house.sql.

CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE houses (
    id uuid NOT NULL PRIMARY KEY,
    zone text NOT NULL,
    version bigint NOT NULL DEFAULT 0,
    next_number bigint NOT NULL DEFAULT 1,
    demo boolean NOT NULL DEFAULT false,
    alias_sealed bytea NOT NULL,
    settings text NOT NULL,
    created_at timestamptz NOT NULL
);

-- The plan. A thing's details hold during an interval; a change closes one row and opens the next,
-- so that the house of any past night can be drawn.

CREATE TABLE floors (
    id uuid NOT NULL PRIMARY KEY,
    house uuid NOT NULL REFERENCES houses (id)
);

CREATE TABLE floor_details (
    floor uuid NOT NULL REFERENCES floors (id),
    since timestamptz NOT NULL,
    until timestamptz CHECK (until IS NULL OR until >= since),
    name text NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (floor, since)
);

CREATE TABLE rooms (
    id uuid NOT NULL PRIMARY KEY,
    house uuid NOT NULL REFERENCES houses (id)
);

CREATE TABLE room_details (
    room uuid NOT NULL REFERENCES rooms (id),
    since timestamptz NOT NULL,
    until timestamptz CHECK (until IS NULL OR until >= since),
    floor uuid NOT NULL REFERENCES floors (id),
    name text NOT NULL,
    accessible boolean NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (room, since)
);

CREATE TABLE beds (
    id uuid NOT NULL PRIMARY KEY,
    house uuid NOT NULL REFERENCES houses (id)
);

CREATE TABLE bed_details (
    bed uuid NOT NULL REFERENCES beds (id),
    house uuid NOT NULL REFERENCES houses (id),
    since timestamptz NOT NULL,
    until timestamptz CHECK (until IS NULL OR until >= since),
    room uuid NOT NULL REFERENCES rooms (id),
    label text NOT NULL,
    position bigint NOT NULL,
    overflow boolean NOT NULL,
    note_sealed bytea,
    PRIMARY KEY (bed, since),
    CONSTRAINT one_bed_per_label EXCLUDE USING gist (house WITH =, label WITH =, tstzrange(since, until) WITH &&)
);
CREATE INDEX bed_details_by_room ON bed_details (room);

-- A bed to prepare, or out of service, during an interval. A period called off is kept, superseded.

CREATE TABLE bed_conditions (
    id uuid NOT NULL PRIMARY KEY,
    house uuid NOT NULL REFERENCES houses (id),
    bed uuid NOT NULL REFERENCES beds (id),
    kind text NOT NULL CHECK (kind IN ('to_prepare', 'out_of_service')),
    reason text CHECK ((reason IS NULL) = (kind = 'to_prepare')),
    since timestamptz NOT NULL,
    until timestamptz CHECK (until IS NULL OR until >= since),
    recorded_at timestamptz NOT NULL,
    superseded_at timestamptz,
    CONSTRAINT one_condition_at_a_time EXCLUDE USING gist (bed WITH =, kind WITH =, tstzrange(since, until) WITH &&) WHERE (superseded_at IS NULL)
);
CREATE INDEX bed_conditions_by_bed ON bed_conditions (bed, since);

-- Staff. Names and logins are sealed; a login is found by its keyed digest.

CREATE TABLE staff (
    id uuid NOT NULL PRIMARY KEY,
    house uuid NOT NULL REFERENCES houses (id),
    login_digest bytea NOT NULL,
    login_sealed bytea NOT NULL,
    name_sealed bytea NOT NULL,
    role text NOT NULL CHECK (role IN ('night', 'coordinator', 'management')),
    password_hash text NOT NULL,
    created_at timestamptz NOT NULL,
    disabled_at timestamptz,
    last_sign_in_at timestamptz,
    CONSTRAINT one_login_per_account UNIQUE (house, login_digest)
);

-- Residents. Each part of a file is sealed with her own key, which is wrapped by the house's.

CREATE TABLE residents (
    id uuid NOT NULL PRIMARY KEY,
    house uuid NOT NULL REFERENCES houses (id),
    number bigint NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    changed_by uuid REFERENCES staff (id),
    CONSTRAINT one_number_per_resident UNIQUE (house, number)
);

CREATE TABLE resident_keys (
    resident uuid NOT NULL PRIMARY KEY REFERENCES residents (id),
    wrapped bytea NOT NULL
);

CREATE TABLE resident_parts (
    resident uuid NOT NULL REFERENCES residents (id),
    facet text NOT NULL,
    version bigint NOT NULL,
    sealed bytea NOT NULL,
    written_at timestamptz NOT NULL,
    written_by uuid REFERENCES staff (id),
    superseded_at timestamptz,
    PRIMARY KEY (resident, facet, version)
);
CREATE UNIQUE INDEX one_part_of_a_kind ON resident_parts (resident, facet) WHERE superseded_at IS NULL;

-- Stays and the time in beds inside them.

CREATE TABLE stays (
    id uuid NOT NULL PRIMARY KEY,
    house uuid NOT NULL REFERENCES houses (id),
    resident uuid NOT NULL REFERENCES residents (id),
    version bigint NOT NULL DEFAULT 1,
    arrived_at timestamptz NOT NULL,
    departed_at timestamptz CHECK (departed_at IS NULL OR departed_at >= arrived_at),
    departure_reason text,
    destination text,
    expected_departure date,
    age_at_admission bigint,
    age_reason_sealed bytea,
    date_only boolean NOT NULL DEFAULT false,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid REFERENCES staff (id),
    voided_at timestamptz,
    CHECK ((departed_at IS NULL) = (departure_reason IS NULL)),
    CHECK ((departed_at IS NULL) = (destination IS NULL)),
    CONSTRAINT one_stay_at_a_time EXCLUDE USING gist (resident WITH =, tstzrange(arrived_at, departed_at) WITH &&) WHERE (voided_at IS NULL)
);
CREATE INDEX stays_by_resident ON stays (resident, arrived_at);
CREATE INDEX stays_by_arrival ON stays (house, arrived_at);

CREATE TABLE bed_assignments (
    id uuid NOT NULL PRIMARY KEY,
    house uuid NOT NULL REFERENCES houses (id),
    stay uuid NOT NULL REFERENCES stays (id),
    resident uuid NOT NULL REFERENCES residents (id),
    bed uuid NOT NULL REFERENCES beds (id),
    since timestamptz NOT NULL,
    until timestamptz CHECK (until IS NULL OR until >= since),
    recorded_at timestamptz NOT NULL,
    recorded_by uuid REFERENCES staff (id),
    superseded_at timestamptz,
    CONSTRAINT one_person_per_bed EXCLUDE USING gist (bed WITH =, tstzrange(since, until) WITH &&) WHERE (superseded_at IS NULL),
    CONSTRAINT one_place_per_person EXCLUDE USING gist (resident WITH =, tstzrange(since, until) WITH &&) WHERE (superseded_at IS NULL)
);
CREATE INDEX bed_assignments_by_bed ON bed_assignments (bed, since) WHERE superseded_at IS NULL;
CREATE INDEX bed_assignments_by_resident ON bed_assignments (resident, since) WHERE superseded_at IS NULL;
CREATE INDEX bed_assignments_by_stay ON bed_assignments (stay);

-- Every change of a stay, with what was true before and after: ids, instants and codes, no name.

CREATE TABLE stay_trail (
    id uuid NOT NULL PRIMARY KEY,
    stay uuid NOT NULL REFERENCES stays (id),
    seq bigint NOT NULL,
    kind text NOT NULL,
    act uuid,
    undoes uuid REFERENCES stay_trail (id),
    recorded_at timestamptz NOT NULL,
    recorded_by uuid REFERENCES staff (id),
    before text,
    after text,
    CONSTRAINT one_place_in_the_trail UNIQUE (stay, seq)
);
CREATE INDEX stay_trail_by_act ON stay_trail (act);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_is_kept', MESSAGE = TG_TABLE_NAME || '_is_kept';
END $$;
CREATE TRIGGER stay_trail_is_kept BEFORE UPDATE OR DELETE ON stay_trail FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Access: devices already seen, sessions, failed tries, the code of a first start.

CREATE TABLE devices (
    id uuid NOT NULL PRIMARY KEY,
    house uuid NOT NULL REFERENCES houses (id),
    token_digest bytea NOT NULL UNIQUE,
    first_seen_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL
);

CREATE TABLE sessions (
    id uuid NOT NULL PRIMARY KEY,
    token_digest bytea NOT NULL UNIQUE,
    house uuid NOT NULL REFERENCES houses (id),
    staff uuid NOT NULL REFERENCES staff (id),
    device uuid NOT NULL REFERENCES devices (id),
    shared boolean NOT NULL,
    created_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    ended_why text
);
CREATE INDEX sessions_by_staff ON sessions (staff);

CREATE FUNCTION keep_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ended_at IS NOT NULL AND (NEW.ended_at IS NULL OR NEW.token_digest <> OLD.token_digest) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ended_sessions_stay_ended', MESSAGE = 'ended_sessions_stay_ended';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ended_sessions_stay_ended BEFORE UPDATE ON sessions FOR EACH ROW EXECUTE FUNCTION keep_ended();

CREATE TABLE sign_in_tries (
    pair_digest bytea NOT NULL PRIMARY KEY,
    failures bigint NOT NULL,
    last_at timestamptz NOT NULL
);

CREATE TABLE setup_codes (
    code_digest bytea NOT NULL PRIMARY KEY,
    created_at timestamptz NOT NULL,
    used_at timestamptz
);

-- What was done and opened: only ever added to.

CREATE TABLE audit (
    seq bigint NOT NULL PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    house uuid REFERENCES houses (id),
    at timestamptz NOT NULL,
    zone text,
    staff uuid REFERENCES staff (id),
    role text,
    session uuid,
    device uuid,
    what text NOT NULL,
    kind text NOT NULL,
    subject_kind text,
    subject uuid,
    resident uuid REFERENCES residents (id),
    act uuid,
    outcome text NOT NULL
);
CREATE INDEX audit_by_resident ON audit (resident, seq);
CREATE INDEX audit_by_act ON audit (act);
CREATE TRIGGER audit_is_kept BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Acts already done, so that the same one sent twice gets the first answer.

CREATE TABLE acts (
    id uuid NOT NULL PRIMARY KEY,
    house uuid NOT NULL REFERENCES houses (id),
    staff uuid REFERENCES staff (id),
    name text NOT NULL,
    digest bytea NOT NULL,
    answer text NOT NULL,
    at timestamptz NOT NULL
);

-- What other screens are told: versions, areas and ids.

CREATE TABLE changes (
    house uuid NOT NULL REFERENCES houses (id),
    version bigint NOT NULL,
    areas text NOT NULL,
    subject uuid,
    PRIMARY KEY (house, version)
);

-- Data from elsewhere: which row of it became what here.

CREATE TABLE imports (
    id uuid NOT NULL PRIMARY KEY,
    house uuid NOT NULL REFERENCES houses (id),
    source text NOT NULL,
    at timestamptz NOT NULL,
    report text NOT NULL
);

CREATE TABLE import_keys (
    house uuid NOT NULL REFERENCES houses (id),
    source text NOT NULL,
    kind text NOT NULL,
    source_key text NOT NULL,
    digest bytea NOT NULL,
    ours uuid,
    PRIMARY KEY (house, source, kind, source_key)
);
