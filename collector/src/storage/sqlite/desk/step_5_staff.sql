-- Whoever was there before roles were looked after everything.
ALTER TABLE operator ADD COLUMN role TEXT NOT NULL DEFAULT 'owner';

ALTER TABLE session ADD COLUMN device TEXT NOT NULL DEFAULT '';

ALTER TABLE api_token ADD COLUMN scope TEXT NOT NULL DEFAULT 'erase';
ALTER TABLE api_token ADD COLUMN made_by TEXT NOT NULL DEFAULT '';

CREATE TABLE invitation (
    email      TEXT    PRIMARY KEY,
    token      BLOB    NOT NULL UNIQUE,
    role       TEXT    NOT NULL,
    invited_by TEXT    NOT NULL,
    created_ms INTEGER NOT NULL,
    until_ms   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What operators did, in order; nothing is ever changed or taken out by a page.
CREATE TABLE deed (
    id      INTEGER PRIMARY KEY,
    at_ms   INTEGER NOT NULL,
    done_by TEXT    NOT NULL,
    act     TEXT    NOT NULL,
    about   TEXT    NOT NULL
) STRICT;
