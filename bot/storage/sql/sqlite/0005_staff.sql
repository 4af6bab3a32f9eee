-- What staff change in the content, what they decided about questions, and who wants to be told.

CREATE TABLE learned (
    id        INTEGER PRIMARY KEY,                    -- order in which they were learned
    locale    TEXT NOT NULL,
    entry_id  TEXT NOT NULL,
    text      TEXT NOT NULL,                          -- a phrasing of that entry
    who       TEXT NOT NULL,                          -- whoever accepted it
    at        REAL NOT NULL,
    ended_at  REAL,                                   -- NULL: it holds
    ended_why TEXT CHECK (ended_why IN ('undone', 'exported', 'replaced'))
);

CREATE UNIQUE INDEX learned_held ON learned (locale, text) WHERE ended_at IS NULL;

CREATE TABLE withdrawn (
    id          INTEGER PRIMARY KEY,
    entry_id    TEXT NOT NULL,
    who         TEXT NOT NULL,
    at          REAL NOT NULL,
    restored_at REAL                                  -- NULL: out of service
);

CREATE UNIQUE INDEX withdrawn_held ON withdrawn (entry_id) WHERE restored_at IS NULL;

CREATE TABLE pins (
    id       INTEGER PRIMARY KEY,                     -- the last one counts
    revision TEXT,                                    -- of the files; NULL: the present ones count again
    who      TEXT NOT NULL,
    at       REAL NOT NULL
);

CREATE TABLE set_aside (
    question TEXT PRIMARY KEY,                        -- as the queue showed it, folded
    verdict  TEXT NOT NULL CHECK (verdict IN ('not-ours', 'later', 'new-entry')),
    who      TEXT NOT NULL,
    at       REAL NOT NULL
) WITHOUT ROWID;

CREATE INDEX set_aside_at ON set_aside (at);

CREATE TABLE audit (
    id      INTEGER PRIMARY KEY,
    who     TEXT NOT NULL,                            -- id in the channel, or name of the account in a terminal
    action  TEXT NOT NULL,                            -- "learn"
    subject TEXT NOT NULL,                            -- entry, revision or number of questions
    detail  TEXT NOT NULL,                            -- JSON object
    at      REAL NOT NULL
);

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit is never changed');
END;

CREATE TRIGGER audit_is_not_erased BEFORE DELETE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit is never erased');
END;

CREATE TABLE wishes (
    id           INTEGER PRIMARY KEY,                 -- counted up, and never given twice
    channel      TEXT NOT NULL,
    chat_id      TEXT NOT NULL,                       -- where the answer is wanted
    user_id      TEXT NOT NULL,
    text         TEXT NOT NULL,                       -- the question
    question_key TEXT NOT NULL,                       -- a hash of its words: the same question is wished for once
    locale       TEXT NOT NULL,
    at           REAL NOT NULL,
    UNIQUE (channel, chat_id, user_id, question_key)
);

CREATE INDEX wishes_person ON wishes (channel, user_id);
CREATE INDEX wishes_at ON wishes (at);

CREATE TABLE counters (
    name  TEXT PRIMARY KEY,                           -- "content": how often staff changed it; "wishes": last number
    value INTEGER NOT NULL
) WITHOUT ROWID;
