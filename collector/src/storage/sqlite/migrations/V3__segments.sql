-- Tier 2: the log once more, by subject and sender, in columns. Derived: `DELETE FROM segment` and
-- `UPDATE sealed SET until_seq = 0` at any time, and it is made anew. src/storage/sqlite/segments.rs says how.

-- Messages of one subject, in order of (sender, time, position). Never changed, only replaced: an id names one content.
CREATE TABLE segment (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    subject   INTEGER NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq  INTEGER NOT NULL,
    rows      INTEGER NOT NULL,
    senders   BLOB    NOT NULL,
    times     BLOB    NOT NULL,
    places    BLOB    NOT NULL
) STRICT;

CREATE INDEX segment_by_subject ON segment (subject, first_seq);

-- One row. Every message up to until_seq is in a segment; those before from_seq are not looked at any more.
CREATE TABLE sealed (
    id           INTEGER PRIMARY KEY CHECK (id = 1),
    -- The encoding of segments; others are made anew.
    format       INTEGER NOT NULL,
    from_seq     INTEGER NOT NULL,
    until_seq    INTEGER NOT NULL,
    -- Counted up when messages are taken out, and when persons are.
    erasures     INTEGER NOT NULL,
    identities   INTEGER NOT NULL,
    -- Changes of identity up to here were thrown away.
    changes_from INTEGER NOT NULL
) STRICT;

INSERT INTO sealed (id, format, from_seq, until_seq, erasures, identities, changes_from) VALUES (1, 0, 0, 0, 0, 0, 0);

-- Messages that were taken out of the log and are still in a segment: passed over until the segment is made anew.
CREATE TABLE segment_gone (
    subject INTEGER NOT NULL,
    seq     INTEGER NOT NULL,
    PRIMARY KEY (subject, seq)
) STRICT, WITHOUT ROWID;

-- What questions read off the messages of a segment, one code a row.
CREATE TABLE segment_column (
    segment INTEGER NOT NULL,
    reading TEXT    NOT NULL,
    codes   BLOB    NOT NULL,
    PRIMARY KEY (segment, reading)
) STRICT, WITHOUT ROWID;

-- Whose user or account may have changed, in order.
CREATE TABLE identity_change (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    sender INTEGER NOT NULL
) STRICT;

CREATE TRIGGER link_added AFTER INSERT ON link BEGIN
    INSERT INTO identity_change (sender) VALUES (NEW.anonymous);
END;

CREATE TRIGGER link_changed AFTER UPDATE ON link BEGIN
    INSERT INTO identity_change (sender) VALUES (NEW.anonymous);
END;

CREATE TRIGGER merge_added AFTER INSERT ON merge BEGIN
    INSERT INTO identity_change (sender) VALUES (NEW.user);
END;

CREATE TRIGGER membership_added AFTER INSERT ON membership BEGIN
    INSERT INTO identity_change (sender) VALUES (NEW.sender);
END;

CREATE TRIGGER membership_changed AFTER UPDATE ON membership BEGIN
    INSERT INTO identity_change (sender) VALUES (NEW.sender);
END;
