-- Which notices a person has been told.

ALTER TABLE chat_state ADD COLUMN notices TEXT NOT NULL DEFAULT '[]';  -- JSON list of their ids
ALTER TABLE chat_state ADD COLUMN notices_until REAL;                  -- when the last of them is out of date
