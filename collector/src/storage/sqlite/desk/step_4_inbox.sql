-- What operators did about responses, each act once and for ever: what a response's triage is now follows from them.
CREATE TABLE inbox_act (
    id         INTEGER PRIMARY KEY,
    survey     TEXT    NOT NULL,
    submission TEXT    NOT NULL,
    at_ms      INTEGER NOT NULL,
    operator   TEXT    NOT NULL,
    act        TEXT    NOT NULL,
    detail     TEXT    NOT NULL
) STRICT;

CREATE INDEX inbox_act_by_response ON inbox_act (survey, submission);
