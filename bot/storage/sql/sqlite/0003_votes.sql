-- Whether answers help, counted once for each person and entry.

CREATE TABLE votes (
    entry_id TEXT    NOT NULL,
    voter    TEXT    NOT NULL,                        -- who voted, as an HMAC
    key_id   INTEGER NOT NULL,                        -- of the key of that HMAC
    helpful  INTEGER NOT NULL CHECK (helpful IN (0, 1)),
    reason   TEXT CHECK (reason IN ('wrong', 'outdated', 'off-topic')),  -- NULL: helpful, or not said
    comment  TEXT,                                    -- in the person's words
    locale   TEXT    NOT NULL,                        -- in which the answer was read
    revision TEXT    NOT NULL,                        -- of the knowledge that gave it
    at       REAL    NOT NULL,                        -- of the last change
    PRIMARY KEY (entry_id, voter)
) WITHOUT ROWID;

CREATE INDEX votes_voter ON votes (voter);
CREATE INDEX votes_at ON votes (at);

ALTER TABLE chat_state ADD COLUMN votes TEXT NOT NULL DEFAULT '[]';  -- JSON list of [entry, whether it helped]
ALTER TABLE chat_state ADD COLUMN prompt TEXT;        -- JSON list: entry, message, when, and the message that answered
