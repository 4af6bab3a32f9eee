-- Whether answers help, counted once for each person and entry.

CREATE TABLE votes (
    entry_id text     NOT NULL,
    voter    text     NOT NULL,                       -- who voted, as an HMAC
    key_id   bigint   NOT NULL,                       -- of the key of that HMAC
    helpful  smallint NOT NULL CHECK (helpful IN (0, 1)),
    reason   text CHECK (reason IN ('wrong', 'outdated', 'off-topic')),  -- NULL: helpful, or not said
    comment  text,                                    -- in the person's words
    locale   text     NOT NULL,                       -- in which the answer was read
    revision text     NOT NULL,                       -- of the knowledge that gave it
    at       double precision NOT NULL,               -- of the last change
    PRIMARY KEY (entry_id, voter)
);

CREATE INDEX votes_voter ON votes (voter);
CREATE INDEX votes_at ON votes (at);

ALTER TABLE chat_state ADD COLUMN votes text NOT NULL DEFAULT '[]';  -- JSON list of [entry, whether it helped]
ALTER TABLE chat_state ADD COLUMN prompt text;        -- JSON list: entry, message, when, and the message that answered
