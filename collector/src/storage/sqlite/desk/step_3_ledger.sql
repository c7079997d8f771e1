-- Every prompt that was granted, and what became of it.
CREATE TABLE lease (
    seq           INTEGER PRIMARY KEY,
    id            TEXT    NOT NULL UNIQUE,
    anonymous     TEXT    NOT NULL,
    user          TEXT,
    account       TEXT,
    session       TEXT    NOT NULL,
    prompt        TEXT    NOT NULL,
    kind          TEXT    NOT NULL,
    cause         TEXT    NOT NULL,
    page          TEXT    NOT NULL,
    language      TEXT    NOT NULL,
    asks_nps      INTEGER NOT NULL,
    granted_ms    INTEGER NOT NULL,
    -- Given back; it does not count.
    released_ms   INTEGER,
    shown_ms      INTEGER,
    answered_ms   INTEGER,
    completed_ms  INTEGER,
    dismissed_ms  INTEGER,
    dismissed_how TEXT,
    over_ms       INTEGER,
    latest_ms     INTEGER NOT NULL
) STRICT;

CREATE INDEX lease_by_user ON lease (user, granted_ms) WHERE user IS NOT NULL;
CREATE INDEX lease_by_anonymous ON lease (anonymous, granted_ms);
CREATE INDEX lease_by_account ON lease (account, granted_ms) WHERE account IS NOT NULL;

-- Equal denials in a row are one line.
CREATE TABLE withheld (
    seq       INTEGER PRIMARY KEY,
    anonymous TEXT    NOT NULL,
    user      TEXT,
    account   TEXT,
    prompt    TEXT    NOT NULL,
    kind      TEXT    NOT NULL,
    cause     TEXT    NOT NULL,
    page      TEXT    NOT NULL,
    reasons   INTEGER NOT NULL,
    grounds   TEXT    NOT NULL,
    first_ms  INTEGER NOT NULL,
    last_ms   INTEGER NOT NULL,
    times     INTEGER NOT NULL
) STRICT;

CREATE INDEX withheld_by_user ON withheld (user, last_ms) WHERE user IS NOT NULL;
CREATE INDEX withheld_by_anonymous ON withheld (anonymous, last_ms);
CREATE INDEX withheld_by_time ON withheld (last_ms);

-- What persons said about being prompted at all.
CREATE TABLE mute (
    anonymous INTEGER NOT NULL,
    id        TEXT    NOT NULL,
    until_ms  INTEGER,
    declined  INTEGER NOT NULL,
    -- When it was last taken back.
    undone_ms INTEGER NOT NULL,
    PRIMARY KEY (id, anonymous)
) STRICT, WITHOUT ROWID;

-- Completed responses, counted as they come.
CREATE TABLE completed (
    prompt    TEXT    PRIMARY KEY,
    responses INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One row: the position in the message log up to which the ledger was told everything.
CREATE TABLE told (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    position INTEGER NOT NULL
) STRICT;

INSERT INTO told (id, position) VALUES (1, 0);
