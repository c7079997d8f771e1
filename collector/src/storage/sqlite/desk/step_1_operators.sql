CREATE TABLE operator (
    id            INTEGER PRIMARY KEY,
    email         TEXT    NOT NULL UNIQUE,
    password_hash TEXT    NOT NULL,
    created_ms    INTEGER NOT NULL
) STRICT;

-- At most one row: the token that may make the first operator.
CREATE TABLE setup (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    token BLOB NOT NULL
) STRICT;

CREATE TABLE session (
    token      BLOB    PRIMARY KEY,
    operator   INTEGER NOT NULL REFERENCES operator (id) ON DELETE CASCADE,
    created_ms INTEGER NOT NULL,
    seen_ms    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE api_token (
    name       TEXT    PRIMARY KEY,
    token      BLOB    NOT NULL UNIQUE,
    created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
