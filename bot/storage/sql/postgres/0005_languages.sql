-- In which language a question was that the bot does not speak, and an answer that is not translated.

ALTER TABLE decisions ADD COLUMN unavailable text;    -- CLDR code of the question's language; NULL: it has a catalog
ALTER TABLE decisions ADD COLUMN written_in text;     -- locale of the answer's text; NULL: that of the reply
