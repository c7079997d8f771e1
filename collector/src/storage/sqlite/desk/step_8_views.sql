-- Addresses of pages under a name. Without an operator a view is the whole team's, and outlives who made it.
CREATE TABLE view (
    id         INTEGER PRIMARY KEY,
    name       TEXT    NOT NULL,
    address    TEXT    NOT NULL,
    only_for   INTEGER REFERENCES operator (id) ON DELETE CASCADE,
    made_by    TEXT    NOT NULL,
    created_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX view_by_operator ON view (only_for);
