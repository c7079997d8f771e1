-- What was defined when it was last looked, part by part.
CREATE TABLE definition (
    subject TEXT NOT NULL,
    part    TEXT NOT NULL,
    digest  TEXT NOT NULL,
    said    TEXT NOT NULL,
    PRIMARY KEY (subject, part)
) STRICT, WITHOUT ROWID;

-- What changed, and when; in order.
CREATE TABLE definition_change (
    id      INTEGER PRIMARY KEY,
    at_ms   INTEGER NOT NULL,
    subject TEXT    NOT NULL,
    digest  TEXT    NOT NULL,
    text    TEXT    NOT NULL
) STRICT;
