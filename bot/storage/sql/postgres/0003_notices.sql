-- Which notices a person has been told.

ALTER TABLE chat_state ADD COLUMN notices text NOT NULL DEFAULT '[]';   -- JSON list of their ids
ALTER TABLE chat_state ADD COLUMN notices_until double precision;       -- when the last of them is out of date
