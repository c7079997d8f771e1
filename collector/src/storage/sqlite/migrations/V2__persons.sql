-- Finds all senders of one user without reading all links.
CREATE INDEX link_by_user ON link (user);
CREATE INDEX merge_by_user ON merge (user);

-- Messages about prompts, by sender: the one kind of which a person's own are asked for.
CREATE TABLE prompt_message (
    sender INTEGER NOT NULL,
    seq    INTEGER NOT NULL,
    PRIMARY KEY (sender, seq)
) STRICT, WITHOUT ROWID;

INSERT INTO prompt_message (sender, seq)
SELECT message.sender, message.seq FROM message JOIN subject ON subject.id = message.subject
WHERE subject.kind = 'track' AND subject.name IN ('Survey Shown', 'Survey Answered', 'Survey Completed',
    'Survey Dismissed', 'Prompt Withheld', 'Hesitation Detected', 'Hesitation Answered');

-- Ids that were erased, as salted hashes, until when messages under them are refused.
CREATE TABLE tombstone (
    hash     BLOB    PRIMARY KEY,
    until_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One row: the salt, drawn by SQLite when this was set up; how many messages were erased; and the last position that
-- was, because a position is never given out twice.
CREATE TABLE erasure (
    id            INTEGER PRIMARY KEY CHECK (id = 1),
    salt          BLOB    NOT NULL,
    messages      INTEGER NOT NULL,
    last_position INTEGER NOT NULL
) STRICT;

INSERT INTO erasure (id, salt, messages, last_position) VALUES (1, randomblob(32), 0, 0);
