-- Times are seconds since 1970 in UTC.

CREATE TABLE inbox (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,  -- order of arrival; ids of the channel may start anew
    channel     TEXT    NOT NULL,
    event_id    TEXT    NOT NULL,                   -- the channel's id of the update
    chat_id     TEXT    NOT NULL,                   -- empty once done
    user_id     TEXT    NOT NULL,                   -- empty once done
    payload     TEXT    NOT NULL,                   -- raw JSON; empty once done
    received_at REAL    NOT NULL,
    state       TEXT    NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'done', 'dead')),
    attempts    INTEGER NOT NULL DEFAULT 0,         -- how often handling failed
    sent        TEXT    NOT NULL DEFAULT '[]',      -- JSON list: ids of the messages that have gone out
    finished_at REAL,
    note        TEXT,                               -- why nothing was said, or why it was given up
    UNIQUE (channel, event_id)
);

CREATE INDEX inbox_open ON inbox (seq) WHERE state = 'new';
CREATE INDEX inbox_finished ON inbox (finished_at) WHERE state <> 'new';

CREATE TABLE chat_state (
    channel    TEXT NOT NULL,
    chat_id    TEXT NOT NULL,
    user_id    TEXT NOT NULL,
    locale     TEXT,                                -- chosen by the person
    topic      TEXT,                                -- entry of the last answer
    topic_at   REAL,
    choices    TEXT NOT NULL DEFAULT '[]',          -- JSON list: entries last offered by number
    choices_at REAL,
    choices_locale TEXT,                            -- in which they were offered
    exchanges  TEXT NOT NULL DEFAULT '[]',          -- JSON list of [question id, [reply ids]]
    changed_at REAL NOT NULL,
    PRIMARY KEY (channel, chat_id, user_id)
) WITHOUT ROWID;

CREATE INDEX chat_state_changed ON chat_state (changed_at);

CREATE TABLE decisions (
    id            INTEGER PRIMARY KEY,
    seq           INTEGER NOT NULL,                 -- of the inbox row
    entry_id      TEXT,
    decision      TEXT    NOT NULL,
    probability   REAL,
    locale        TEXT    NOT NULL,
    revision      TEXT    NOT NULL,                 -- of the knowledge that answered
    question_text TEXT,                             -- empty when wording is not kept, or no longer
    asked_at      REAL    NOT NULL,
    answered_at   REAL    NOT NULL
);

CREATE INDEX decisions_answered ON decisions (answered_at);
