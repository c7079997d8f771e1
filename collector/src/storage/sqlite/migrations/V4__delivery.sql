-- What is missing, late, duplicate or a bot's, by day and source. src/storage/sqlite/delivery.rs says how.

-- What made messages, as they say (`context.library.name`); a few of them.
CREATE TABLE source (
    id   INTEGER PRIMARY KEY,
    name TEXT    NOT NULL UNIQUE
) STRICT;

-- Those who number their messages and were heard lately: page loads.
CREATE TABLE client (
    -- A hash of `context.clientId`.
    id       INTEGER PRIMARY KEY,
    source   INTEGER NOT NULL REFERENCES source (id),
    -- In which it was first heard, counted from 1970.
    day      INTEGER NOT NULL,
    heard_ms INTEGER NOT NULL,
    -- Different messages of it that came.
    arrived  INTEGER NOT NULL,
    highest  INTEGER NOT NULL,
    -- Whether the one with the highest number was marked as the last.
    ended    INTEGER NOT NULL
) STRICT;

-- Counts of a day and a source; those of clients once they have been silent for long.
CREATE TABLE delivery (
    day       INTEGER NOT NULL,
    source    INTEGER NOT NULL REFERENCES source (id),
    stored    INTEGER NOT NULL DEFAULT 0,
    duplicate INTEGER NOT NULL DEFAULT 0,
    late      INTEGER NOT NULL DEFAULT 0,
    bot       INTEGER NOT NULL DEFAULT 0,
    dropped   INTEGER NOT NULL DEFAULT 0,
    clients   INTEGER NOT NULL DEFAULT 0,
    ended     INTEGER NOT NULL DEFAULT 0,
    expected  INTEGER NOT NULL DEFAULT 0,
    missing   INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (day, source)
) STRICT, WITHOUT ROWID;
