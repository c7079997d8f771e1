-- What was learned of the product's pages, as it was published: replays need the model of their time.
CREATE TABLE model (
    version    INTEGER PRIMARY KEY,
    learned_ms INTEGER NOT NULL,
    text       TEXT    NOT NULL,
    notes      TEXT    NOT NULL
) STRICT;
