-- What operators did about users and accounts, each act once: notes, owner and state follow from them.
CREATE TABLE care_act (
    id       INTEGER PRIMARY KEY,
    -- 0: a user, 1: an account.
    account  INTEGER NOT NULL,
    subject  TEXT    NOT NULL,
    at_ms    INTEGER NOT NULL,
    operator TEXT    NOT NULL,
    act      TEXT    NOT NULL,
    detail   TEXT    NOT NULL
) STRICT;

CREATE INDEX care_act_by_subject ON care_act (subject, account);
