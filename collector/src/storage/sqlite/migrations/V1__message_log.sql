-- Tier 1: append-only, in order of arrival. Its only index with keys in random order is the one
-- that keeps a message id unique; the SDK's ids are time-ordered, so even that one is appended to.

-- User ids (anonymous = 0) and anonymous ids (anonymous = 1), interned.
CREATE TABLE sender (
    id        INTEGER PRIMARY KEY,
    anonymous INTEGER NOT NULL,
    text      TEXT    NOT NULL,
    UNIQUE (text, anonymous)
) STRICT;

CREATE TABLE account (
    id   INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
) STRICT;

-- What a message is about: its kind, and for a track its event name.
CREATE TABLE subject (
    id   INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (name, kind)
) STRICT;

CREATE TABLE message (
    seq         INTEGER PRIMARY KEY,
    -- Sixteen bytes where the id is a UUID, else its text.
    id          ANY     NOT NULL UNIQUE,
    subject     INTEGER NOT NULL REFERENCES subject (id),
    sender      INTEGER NOT NULL REFERENCES sender (id),
    at_ms       INTEGER NOT NULL,
    received_ms INTEGER NOT NULL,
    -- 0 anonymous, 1 claimed, 2 verified, 3 server.
    trust       INTEGER NOT NULL,
    body        TEXT    NOT NULL
) STRICT;

-- Appended to at a handful of places at once (one per event name), so it stays cheap.
CREATE INDEX message_by_subject ON message (subject, seq);

CREATE TABLE link (
    anonymous INTEGER NOT NULL,
    user      INTEGER NOT NULL,
    at_ms     INTEGER NOT NULL,
    PRIMARY KEY (anonymous, user)
) STRICT, WITHOUT ROWID;

CREATE TABLE merge (
    previous INTEGER NOT NULL,
    user     INTEGER NOT NULL,
    PRIMARY KEY (previous, user)
) STRICT, WITHOUT ROWID;

CREATE TABLE membership (
    sender  INTEGER NOT NULL,
    account INTEGER NOT NULL,
    at_ms   INTEGER NOT NULL,
    PRIMARY KEY (sender, account)
) STRICT, WITHOUT ROWID;

-- Milestones that one message alone decides, with the rule they were last found by.
CREATE TABLE milestone (
    id        INTEGER PRIMARY KEY,
    journey   TEXT NOT NULL,
    milestone TEXT NOT NULL,
    rule      TEXT NOT NULL,
    UNIQUE (journey, milestone)
) STRICT;

CREATE TABLE first_reach (
    milestone INTEGER NOT NULL,
    sender    INTEGER NOT NULL,
    at_ms     INTEGER NOT NULL,
    PRIMARY KEY (milestone, sender)
) STRICT, WITHOUT ROWID;
