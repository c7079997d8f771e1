-- What operators switched off for themselves.
CREATE TABLE switched_off (
    operator INTEGER NOT NULL REFERENCES operator (id) ON DELETE CASCADE,
    what     TEXT    NOT NULL,
    PRIMARY KEY (operator, what)
) STRICT, WITHOUT ROWID;
