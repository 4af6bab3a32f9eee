"""Which words are looked for in what people write? Lists in each language, which nobody is shown.

They stand here in English and are translated with the sentences of `bot.language.texts`, because whoever knows a
language knows them, too. Commas stand between words; what an asterisk or a hyphen means, the comment of a list says.
"""

from __future__ import annotations

from functools import lru_cache

from bot.language.texts import pgettext

# Translators: not shown to anyone. Words that join two questions in one message, separated by commas: "When
# was it launched and who proposed it?". Put a hyphen after a word that is written together with the next one
# (Arabic "و-"). In languages without spaces, list only words that hardly occur inside other words; a comma
# itself may be written "，".
JOINING_WORDS = pgettext("split.joining_words", "and, and also, also, plus, as well as")
# Translators: not shown to anyone. Words with which a question begins in your language, separated by commas:
# all forms.
QUESTION_WORDS = pgettext(
    "split.question_words",
    "what, what’s, who, who’s, whose, whom, when, when’s, where, where’s, why, how, how’s, which, is, are, "
    "was, were, do, does, did, can, could, has, have, will, would, should, may, must",
)
# Translators: not shown to anyone. Words by which people in your language ask for a number, separated by commas: all forms,
# also everyday ones. An asterisk at the end stands for any ending. An entry answers such a question only where one of its own
# phrasings, in any language, asks for a number too: so leave out what often means something else.
NUMBER_WORDS = pgettext("asked_for.number_words", "how many, number of, the number, how numerous, headcount")
# Translators: not shown to anyone, like asked_for.number_words: words that ask for a sum of money.
MONEY_WORDS = pgettext(
    "asked_for.money_words",
    "how much money, how much does it cost, how much did it cost, how expensive, cost, costs, price, prices, prize money, "
    "fee, fees, dollars, euros, yuan, free of charge",
)
# Translators: not shown to anyone, like asked_for.number_words: words that ask for how long something takes.
DURATION_WORDS = pgettext(
    "asked_for.duration_words",
    "how long, how many minutes, how many hours, how many days, how many weeks, how many months, how many years, duration, "
    "minutes, hours",
)
# Translators: not shown to anyone, like asked_for.number_words: words that ask for a time of day, not for a day.
TIME_OF_DAY_WORDS = pgettext(
    "asked_for.time_of_day_words", "what time, which hour, what hour, o’clock, time of day, opening hours"
)
# Translators: not shown to anyone, like asked_for.number_words: words that ask for the age of a person or a thing.
AGE_WORDS = pgettext("asked_for.age_words", "how old, what age, the age of, year of birth, date of birth")
# Translators: not shown to anyone, like asked_for.number_words: words that ask for a language, or a translation.
LANGUAGE_WORDS = pgettext(
    "asked_for.language_words",
    "which language, what language, languages, translat*, interpret*, in english, in chinese, in french, in spanish, "
    "in russian, in arabic, in portuguese, in german",
)
# Translators: not shown to anyone, like asked_for.number_words: words that ask for who stands in for somebody.
DEPUTY_WORDS = pgettext(
    "asked_for.deputy_words",
    "vice-chair*, vice chair*, vice-president*, vice president*, deputy, deputies, second in command, right hand",
)
# Translators: not shown to anyone, like asked_for.number_words: words that ask for what a person studied or did before.
CAREER_WORDS = pgettext(
    "asked_for.career_words",
    "alma mater, graduated, his phd, her phd, his doctorate, her doctorate, did she study, did he study, studied, go to "
    "university, academic background, previous jobs, earlier posts, career before, cv of, curriculum vitae",
)
# Translators: not shown to anyone, like asked_for.number_words: words that ask for a building, a hall, a room or a hotel.
ROOM_WORDS = pgettext(
    "asked_for.room_words",
    "hotel, hotels, hall, which room, room number, which floor, which building, convention centre, convention center, "
    "conference centre, conference center",
)
# Translators: not shown to anyone, like asked_for.number_words: words that ask for a video or another recording.
RECORDING_WORDS = pgettext(
    "asked_for.recording_words",
    "video, videos, recording, recordings, livestream, live stream, streamed, footage, youtube",
)
# Translators: not shown to anyone, like asked_for.number_words: words that ask for who has won.
WINNER_WORDS = pgettext(
    "asked_for.winner_words", "who won, winner, winners, finalist*, laureate*, came first"
)
# Translators: not shown to anyone, like asked_for.number_words: words that ask for who paid for an event.
SPONSOR_WORDS = pgettext("asked_for.sponsor_words", "sponsors, sponsored")
# Translators: not shown to anyone. Words with which people begin a question politely before they ask, separated by commas:
# "could you tell me when …?". Whole expressions, as they are written in messages, without what they go on with.
POLITE_WORDS = pgettext(
    "split.polite_words",
    "could you please tell me, could you tell me, can you please tell me, can you tell me, would you please tell me, please "
    "tell me, tell me please, tell me, i would like to know, i’d like to know, id like to know, i would like to ask, i’d like to "
    "ask, i want to know, i want to ask, i wanted to ask, i wanted to know, i need to know, i was wondering, i wonder, just "
    "wondering, i have a question, i have one question, one question, a question, a quick question, quick question, just a "
    "quick question, my question is, do you know, do you happen to know, may i ask, can i ask, could i ask, please, pls, plz, "
    "kindly tell me, kindly advise, please advise, please let me know, could you let me know, i am curious, i’m curious, so, "
    "ok so, excuse me",
)
# Translators: not shown to anyone. How people choose from a list in words: the first, the second, the third, the fourth.
# Each place in all its forms (every gender, with and without article or "one"), separated by commas; the places separated
# by semicolons, in this order.
ORDINAL_WORDS = pgettext(
    "choose.ordinal_words",
    "first, the first, first one, the first one, number one; second, the second, second one, the second one, number two; "
    "third, the third, third one, the third one, number three; fourth, the fourth, fourth one, the fourth one, number four",
)
# Translators: not shown to anyone. Words after which people in your language give their own name, separated by
# commas: the name is removed before staff read a question. Put an asterisk after words that are followed by other
# things too ("I am a teacher"): after these, only a word with a capital letter is taken for a name. Leave such words
# out where all nouns have capital letters, or none has. List what is written without accents as well.
NAME_WORDS = pgettext(
    "redact.name_words",
    "my name is, my name’s, my names are, my full name is, i am called, i’m called, people call me, name:*, i am*, i’m*",
)


@lru_cache(maxsize=512)  # some twenty for each language
def listed(text: str) -> tuple[str, ...]:
    """List the words or expressions of a message, which are separated by commas, as they are written."""
    return tuple(word.strip() for word in text.split(",") if word.strip())
