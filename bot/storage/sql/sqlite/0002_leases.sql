-- Who works on what, and who asked, under a name that only this store can tell.

ALTER TABLE inbox ADD COLUMN owner TEXT;              -- process that holds the row, or has ended it; NULL: nobody yet
ALTER TABLE inbox ADD COLUMN lease_until REAL;        -- how long it holds the row unless it renews that
ALTER TABLE inbox ADD COLUMN key_id INTEGER;          -- of the key under which a done row's chat is named

CREATE INDEX inbox_chat ON inbox (channel, chat_id, seq) WHERE state = 'new';
CREATE INDEX inbox_held ON inbox (owner) WHERE state = 'new' AND lease_until IS NOT NULL;

ALTER TABLE decisions ADD COLUMN asker TEXT;          -- who asked, as an HMAC; NULL: not kept, or no longer
ALTER TABLE decisions ADD COLUMN key_id INTEGER;      -- of the key of that HMAC

CREATE INDEX decisions_asker ON decisions (asker) WHERE asker IS NOT NULL;

ALTER TABLE chat_state ADD COLUMN window_at REAL;     -- start of the minute in which questions are counted
ALTER TABLE chat_state ADD COLUMN window_count INTEGER NOT NULL DEFAULT 0;

CREATE TABLE leases (
    name  TEXT PRIMARY KEY,                           -- "poller"
    owner TEXT NOT NULL,                              -- process that has it
    until REAL NOT NULL
) WITHOUT ROWID;

CREATE TABLE keys (
    id      INTEGER PRIMARY KEY,
    secret  BLOB NOT NULL,                            -- random; names people in rows of its time
    made_at REAL NOT NULL
);

CREATE TABLE notes (
    name TEXT PRIMARY KEY,                            -- "maintenance"
    text TEXT NOT NULL
) WITHOUT ROWID;
