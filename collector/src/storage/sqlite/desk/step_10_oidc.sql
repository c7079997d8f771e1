-- Whom an identity provider knows as whom. One whose operator was removed stays, so that they do not come back by
-- themselves.
CREATE TABLE identity (
    issuer   TEXT    NOT NULL,
    subject  TEXT    NOT NULL,
    operator INTEGER REFERENCES operator (id) ON DELETE SET NULL,
    PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX identity_by_operator ON identity (operator, issuer) WHERE operator IS NOT NULL;

-- E-mails of operators who were removed, until they are invited again.
CREATE TABLE removed (
    email TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
