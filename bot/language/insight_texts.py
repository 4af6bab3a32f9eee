"""Which words does the report for staff say, and the line that leads to it?

Each stands here once, in English, and is read by the same tools as `bot.language.texts`. Headings say what was found,
in whole sentences or as "what: how many", whichever reads well in a language.
"""

from __future__ import annotations

from bot.language.texts import pgettext

# Translators: title of a report on what people asked the bot; {first} and {last} are dates.
TITLE = pgettext("insights.title", "What people asked, {first} to {last}")
# Translators: "opened" means that somebody pressed a button or a link, so that no question had to be understood.
LEAD = pgettext(
    "insights.lead",
    "{records, plural, one {# decision} other {# decisions}}: "
    "{questions, plural, one {# question} other {# questions}} in people’s own words, and "
    "{opened, plural, one {# answer} other {# answers}} opened by a button, a link or an inline result. "
    "A message with two questions counts twice. Days are days in UTC.",
)
NOTHING = pgettext("insights.nothing", "Nothing was asked in this time.")
# Translators: {day} is a date.
MADE_ON = pgettext("insights.made_on", "Made on {day}. Version of the knowledge: {revision}")
# Translators: opens the table behind a chart.
AS_TABLE = pgettext("insights.as_table", "Show as a table")
# Translators: in place of a chart that has nothing to show.
NONE = pgettext("insights.none", "There is nothing to show here.")

# --- words of figures and tables ------------------------------------------------------------------

QUESTIONS = pgettext("insights.questions", "Questions")
# Translators: a question got an answer; word of a legend and of a table.
ANSWERED = pgettext("insights.answered", "Answered")
# Translators: the bot was not sure and let the person choose; word of a legend and of a table.
CLARIFIED = pgettext("insights.clarified", "Choices offered")
# Translators: the bot said that it does not know; word of a legend and of a table.
UNANSWERED = pgettext("insights.unanswered", "Unanswered")
# Translators: answers opened by a button, a link or an inline result; word of a legend and of a table.
OPENED = pgettext("insights.opened", "Opened by hand")
ALL_LANGUAGES = pgettext("insights.all_languages", "All languages")
LANGUAGE = pgettext("insights.language", "Language")
# Translators: heads a column of dates: the first day of a day, a week or a month that a bar stands for.
FROM = pgettext("insights.from", "From")
# Translators: heads a column of questions that the bot has an answer to.
ENTRY = pgettext("insights.entry", "Answer to")
# Translators: heads a column of short technical names such as launch-date.
ENTRY_ID = pgettext("insights.entry_id", "Name in the files")
TOPIC = pgettext("insights.topic", "Topic")
# Translators: heads a column of numbers.
COUNT = pgettext("insights.count", "Number")
PEOPLE = pgettext("insights.people", "People")
HELPFUL = pgettext("insights.helpful", "Helpful")
# Translators: somebody voted "not helpful" and gave no reason.
NO_REASON = pgettext("insights.no_reason", "No reason given")
# Translators: answers that were given at least once.
USED = pgettext("insights.used", "Needed")
# Translators: answers that were not given even once.
UNUSED = pgettext("insights.unused", "Not needed")
CURRENT = pgettext("insights.current", "Up to date")
# Translators: translations of an English text that has changed since.
STALE = pgettext("insights.stale", "Out of date")
MISSING = pgettext("insights.missing", "Missing")
# Translators: for how long a translation has been out of date.
AGE_UP_TO = pgettext("insights.age_up_to", "{days, plural, one {For up to # day} other {For up to # days}}")
AGE_OVER = pgettext(
    "insights.age_over", "{days, plural, one {For more than # day} other {For more than # days}}"
)
AGE_UNKNOWN = pgettext("insights.age_unknown", "Unknown for how long")
REVIEW_BY = pgettext("insights.review_by", "Review by")
DAYS_PAST = pgettext("insights.days_past", "Days past")
# Translators: {days} is how long ago something should have been done.
PAST = pgettext("insights.past", "{days, plural, one {# day past} other {# days past}}")
# Translators: axis of a chart: how likely the bot said that its answer is the right one.
STATED = pgettext("insights.stated", "Probability that the bot stated")
# Translators: axis of a chart and column of a table: how many of these answers really were right.
TURNED_OUT = pgettext("insights.turned_out", "Share that turned out right")
# Translators: columns of a table: two percentages between which the true share lies with a probability of 95%.
INTERVAL_FROM = pgettext("insights.interval_from", "95% interval from")
INTERVAL_TO = pgettext("insights.interval_to", "95% interval to")
# Translators: columns of a table: a class of times.
WAIT_FROM = pgettext("insights.wait_from", "From (seconds)")
WAIT_TO = pgettext("insights.wait_to", "Less than (seconds)")
# Translators: a time; {seconds} is a number. Short, for a chart.
WAIT_BELOW = pgettext("insights.wait_below", "less than {seconds} s")
WAIT_BETWEEN = pgettext("insights.wait_between", "{start} to {end} s")
WAIT_OVER = pgettext("insights.wait_over", "{seconds} s and more")
# Translators: the language of an answer, where it is another one than that of the reply around it.
WRITTEN_IN = pgettext("insights.written_in", "Answer in")
# Translators: a question came in a language that the bot does not speak.
NOT_SPOKEN = pgettext("insights.not_spoken", "The bot does not speak the language")
# Translators: an answer was given in another language because its translation was missing.
NOT_TRANSLATED = pgettext("insights.not_translated", "The answer is not translated")

# Translators: so many of so many, as the figures beside a bar. Short.
PART = pgettext("insights.part", "{part} of {whole}")

# --- sections: heading, then what is counted ------------------------------------------------------

# Translators: {language} is the name of a language, {share} a percentage.
TIME = pgettext(
    "insights.time",
    "{count, plural, one {# question} other {# questions}}; language of most of them: {language}, {share}",
)
TIME_NOTE = pgettext(
    "insights.time_note",
    "Questions by the language of the reply. The rows of the languages have the same scale.",
)
ENDING = pgettext("insights.ending", "What became of it")
ENDINGS = pgettext(
    "insights.endings",
    "{unanswered} of {count, plural, one {# question} other {# questions}} went unanswered",
)
ENDINGS_NOTE = pgettext(
    "insights.endings_note", "What became of the questions in each language; every bar is 100%."
)
# Translators: {question} is the title of an answer.
ENTRIES = pgettext("insights.entries", "Given most often: {question}")
# Translators: {shown} and {count} are numbers of answers in the knowledge base.
ENTRIES_NOTE = pgettext(
    "insights.entries_note",
    "How often an answer was given. The chart shows {shown} of {count}; the table has all.",
)
CLUSTERS = pgettext(
    "insights.clusters",
    "{count, plural, =0 {No group of unanswered questions is large enough to be shown} "
    "one {# group of unanswered questions} other {# groups of unanswered questions}}",
)
# Translators: {people} is the smallest number of people.
CLUSTERS_NOTE = pgettext(
    "insights.clusters_note",
    "Questions that mean about the same. Each stands for at least {people, plural, one {# person} other {# people}}; "
    "what could name somebody was taken out.",
)
VOTES = pgettext(
    "insights.votes", "{helpful} of {count, plural, one {# vote} other {# votes}} found the answer helpful"
)
VOTES_NOTE = pgettext(
    "insights.votes_note", "One vote for each person and answer, the last one. What helped least comes first."
)
UNUSED_HEADING = pgettext(
    "insights.unused_heading",
    "{unused} of {count, plural, one {# answer} other {# answers}} in the knowledge base were not needed",
)
UNUSED_NOTE = pgettext("insights.unused_note", "Answers by topic; the table names those that nobody needed.")
FALLBACKS = pgettext(
    "insights.fallbacks",
    "Questions in a language that the bot does not speak: {unavailable}; answers without translation: {untranslated}",
)
FALLBACKS_NOTE = pgettext(
    "insights.fallbacks_note",
    "Both may be true of one question. Counted since the bot records it; older decisions count as neither.",
)
STALE_HEADING = pgettext("insights.stale_heading", "Translations out of date: {stale}; missing: {missing}")
# Translators: {day} is a date.
STALE_NOTE = pgettext(
    "insights.stale_note", "As on {day}. The chart shows what is not up to date, and for how long."
)
REVIEW = pgettext(
    "insights.review",
    "{count, plural, =0 {No answer is} one {# answer is} other {# answers are}} past the date of review",
)
REVIEW_NOTE = pgettext(
    "insights.review_note", "As on {day}: the date of the answer itself, or the earliest of its facts."
)
# Translators: {stated} and {right} are percentages.
TRUST = pgettext("insights.trust", "Stated on average: {stated}; right: {right}")
TRUST_NONE = pgettext("insights.trust_none", "Nothing shows yet whether the probability can be trusted")
TRUST_VOTES = pgettext(
    "insights.trust_votes",
    "From {count, plural, one {# vote} other {# votes}} on answers with a stated probability: “helpful” counts as "
    "right, “not helpful” as wrong, “out of date” does not count. Not everybody votes, and nobody on what went "
    "unanswered.",
)
TRUST_EVALUATION = pgettext(
    "insights.trust_evaluation",
    "There are too few votes, so this is from {count, plural, one {# labelled question} other {# labelled questions}} "
    "of the knowledge base.",
)
TRUST_LINES = pgettext(
    "insights.trust_lines",
    "Vertical lines: where the true share lies with a probability of 95%. Dashed line: as right as stated.",
)
TRUST_FEW = pgettext(
    "insights.trust_few",
    "There are fewer than {fewest} votes: take this as a hint. The command “alliance-bot insights” shows the labelled "
    "questions instead.",
)
# Translators: {half} and {most} are numbers of seconds.
WAITS = pgettext("insights.waits", "Half of the replies took up to {half} s, nine of ten up to {most} s")
WAITS_NOTE = pgettext(
    "insights.waits_note",
    "From the moment at which the message was sent, by Telegram’s clock, in whole seconds (a pressed button: at which "
    "it arrived) to the moment at which the last part of the reply had gone out. Time in which the bot was down counts.",
)

# --- the line to staff ----------------------------------------------------------------------------

# Translators: a line to the people who run the bot, once a week. {share} is a percentage.
WEEKLY = pgettext(
    "insights.weekly",
    "Last week: {count, plural, one {# question} other {# questions}}, {share} answered, {unanswered} unanswered; "
    "{due, plural, one {# answer is} other {# answers are}} past the date of review.",
)
WEEKLY_NOTHING = pgettext(
    "insights.weekly_nothing",
    "Last week nobody asked anything; "
    "{due, plural, one {# answer is} other {# answers are}} past the date of review.",
)
# Translators: {command} is typed in a terminal.
WEEKLY_COMMAND = pgettext("insights.weekly_command", "This makes the page with all figures: {command}")
