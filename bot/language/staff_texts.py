"""Which sentences do staff read in their chat with the bot?

They are written as those of `bot.language.texts`, and read by the same tools. Whoever keeps the answers reads them in
their own language, too.
"""

from __future__ import annotations

from bot.language.texts import pgettext

# --- commands, as the application's menu shows them to staff --------------------------------------

# Translators: limit: 256 characters
COMMAND_REVIEW = pgettext("command.review", "Questions that nobody could answer")
# Translators: limit: 256 characters
COMMAND_WITHDRAW = pgettext("command.withdraw", "Take an answer out of service")
# Translators: limit: 256 characters
COMMAND_RESTORE = pgettext("command.restore", "Bring an answer back")
# Translators: limit: 256 characters
COMMAND_RELOAD = pgettext("command.reload", "Read the content files again")
# Translators: limit: 256 characters
COMMAND_ROLLBACK = pgettext("command.rollback", "Go back to the version before")

# --- for all of them ------------------------------------------------------------------------------

# Translators: somebody of the staff typed a command for staff in a group.
PRIVATE_ONLY = pgettext("staff.private_only", "This command works only in a private chat with me.")
# Translators: {entry} is what somebody typed as the name of an entry: an answer with its question.
ENTRY_UNKNOWN = pgettext("staff.entry_unknown", "There is no entry “{entry}”.")
# Translators: added to the sentence before; buttons with names of entries follow.
ENTRY_NEAR = pgettext("staff.entry_near", "Did you mean one of these?")

# --- withdrawn answers ----------------------------------------------------------------------------

# Translators: "withdrawn" everywhere here: an answer that is not given for now, because it may be wrong.
WITHDRAWN_NONE = pgettext("staff.withdrawn_none", "No answer is withdrawn.")
# Translators: a list follows.
WITHDRAWN_LIST = pgettext("staff.withdrawn_list", "Withdrawn answers:")
# Translators: a line of that list. {question} is the entry's question, {entry} its name in the files, {moment} a date
# with a time, {who} the number of an account.
WITHDRAWN_ITEM = pgettext("staff.withdrawn_item", "“{question}” ({entry}), since {moment}, by {who}")
# Translators: {command} is an example such as /withdraw launch-date
WITHDRAW_HOW = pgettext("staff.withdraw_how", "To withdraw an answer, name its entry: {command}")
# Translators: {command} is such as /restore launch-date
WITHDRAWN_NOW = pgettext(
    "staff.withdrawn_now",
    "Withdrawn: “{question}” ({entry}). In a few seconds, whoever asks this reads that the answer is being checked.\n"
    "To bring it back: {command}",
)
WITHDRAWN_ALREADY = pgettext(
    "staff.withdrawn_already",
    "“{question}” ({entry}) is already withdrawn, since {moment}, by {who}.\nTo bring it back: {command}",
)
RESTORED_NOW = pgettext(
    "staff.restored_now",
    "“{question}” ({entry}) will be answered again in a few seconds.\nTo withdraw it once more: {command}",
)
RESTORE_NEEDLESS = pgettext("staff.restore_needless", "“{question}” ({entry}) is not withdrawn.")
# Translators: button; {entry} is the name of an entry in the files.
WITHDRAW_BUTTON = pgettext("staff.withdraw_button", "Withdraw: {entry}")
# Translators: button; {entry} is the name of an entry in the files.
RESTORE_BUTTON = pgettext("staff.restore_button", "Bring back: {entry}")

# --- revisions of the content ---------------------------------------------------------------------

# Translators: {revision} is a short code such as 3f9a1c20.
RELOAD_SAME = pgettext(
    "staff.reload_same", "Nothing has changed: version {revision} of the knowledge answers."
)
# Translators: {revision} is a short code. Leave the command as it is.
ROLLED_BACK = pgettext(
    "staff.rolled_back",
    "In a few seconds, version {revision} of the knowledge answers again, on every replica. It does so until the "
    "files are edited or you send /reload.",
)
ROLLBACK_NONE = pgettext("staff.rollback_none", "No earlier version of the knowledge is kept.")

# --- the queue of questions -----------------------------------------------------------------------

REVIEW_EMPTY = pgettext("review.empty", "No question waits for you.")
# Translators: {few} are questions that only one person asked.
REVIEW_FEW = pgettext(
    "review.few",
    "{few, plural, one {# more question was asked by too few people to be shown.} "
    "other {# more questions were asked by too few people to be shown.}}",
)
# Translators: a list of questions follows.
REVIEW_TO_WRITE = pgettext("review.to_write", "These wait for a new entry to be written:")
# Translators: button under that list; opens one of these questions.
REVIEW_OPEN = pgettext("review.open", "Open “{question}”")
REVIEW_HEAD = pgettext("review.head", "Question {number} of {count}")
# Translators: {date} is the day on which it was asked last.
REVIEW_ASKED = pgettext(
    "review.asked",
    "Asked {times, plural, one {once} other {# times}} by {people, plural, one {# person} other {# people}}, "
    "last on {date}.",
)
# Translators: a line of a list: a question as people wrote it, the name of its language, how often.
REVIEW_WORDING = pgettext(
    "review.wording", "“{wording}” ({language}, {times, plural, one {once} other {# times}})"
)
# Translators: below the list of wordings.
REVIEW_MORE = pgettext("review.more", "{count, plural, one {and # more wording} other {and # more wordings}}")
# Translators: {reasons} is a list such as "not answered (4), offered choices (2)".
REVIEW_WHY = pgettext("review.why", "Why it is here: {reasons}")
# Translators: in that list; {count} is how often.
REVIEW_UNANSWERED = pgettext("review.unanswered", "not answered ({count})")
# Translators: in that list: the bot asked "Did you mean one of these?"
REVIEW_CLARIFIED = pgettext("review.clarified", "offered choices ({count})")
# Translators: in that list: people said that the answer did not help.
REVIEW_DOWN_VOTED = pgettext("review.down_voted", "answer did not help ({count})")
# Translators: a line below: what somebody said about an answer. {entry} is the name of the entry, {said} what they
# pressed or wrote.
REVIEW_COMPLAINT = pgettext("review.complaint", "About the answer {entry}: “{said}”")
# Translators: a list of entries follows.
REVIEW_NEAREST = pgettext("review.nearest", "Nearest entries:")
# Translators: a line of that list; {percent} is how likely it is that the entry is meant.
REVIEW_NEAR = pgettext("review.near", "“{question}” ({entry}), {percent}")
# Translators: button; the question becomes one more way of asking for this entry. {question} is the entry's question.
# Keep it short: what is longer than 60 characters is cut.
REVIEW_ADD = pgettext("review.add", "Add to “{question}”")
# Translators: limit: 40 characters
REVIEW_ANOTHER = pgettext("review.another", "Another entry…")
# Translators: button: a new entry has to be written for this question.
# limit: 20 characters
REVIEW_NEW = pgettext("review.new", "New entry")
# Translators: button: this question is none of the bot's business.
# limit: 20 characters
REVIEW_NOT_OURS = pgettext("review.not_ours", "Not for us")
# Translators: button: decide another time.
# limit: 40 characters
REVIEW_LATER = pgettext("review.later", "Later")
# Translators: limit: 40 characters
REVIEW_CONFIRM = pgettext("review.confirm", "Confirm")
# Translators: limit: 40 characters
REVIEW_BACK = pgettext("review.back", "Back")
# Translators: limit: 40 characters
REVIEW_NEXT = pgettext("review.next", "Next question")
# Translators: limit: 40 characters
REVIEW_UNDO = pgettext("review.undo", "Undo")
# Translators: button; opens once more the question that was just decided.
# limit: 40 characters
REVIEW_OTHERWISE = pgettext("review.otherwise", "Decide otherwise")
# Translators: limit: 40 characters
REVIEW_AGAIN = pgettext("review.again", "Try again")
# Translators: the application opens a line to type in. Leave the mark at the end as it is.
REVIEW_WHICH = pgettext(
    "review.which", "Which entry? Reply to this message with its name or its question. {mark}"
)
# Translators: buttons with the entries' questions follow.
REVIEW_FOUND = pgettext("review.found", "Which of these is meant?")
REVIEW_NOT_FOUND = pgettext(
    "review.not_found", "No entry is like “{entry}”. Reply to this message with another name. {mark}"
)
# Translators: {question} is the question of an entry.
REVIEW_WORKING = pgettext(
    "review.working",
    "I am working out what would change if this became a way of asking “{question}”. It takes a few seconds.",
)
REVIEW_NOT_WORKED_OUT = pgettext("review.not_worked_out", "It could not be worked out.")
# Translators: {question} is the question of an entry; a list of questions as people wrote them follows.
REVIEW_WOULD_ADD = pgettext("review.would_add", "To be added to “{question}” ({entry}):")
REVIEW_UNCHANGED = pgettext("review.unchanged", "All questions that were tried are dealt with as before.")
# Translators: a list of questions follows.
REVIEW_CHANGED = pgettext(
    "review.changed",
    "{count, plural, one {# question that was tried would be dealt with otherwise:} "
    "other {# questions that were tried would be dealt with otherwise:}}",
)
# Translators: in that list; what happens to the question {wording}.
REVIEW_ANSWERED_NOW = pgettext("review.answered_now", "“{wording}” would be answered: {after}")
REVIEW_ELSEWHERE_NOW = pgettext("review.elsewhere_now", "“{wording}” would go elsewhere: {before} → {after}")
REVIEW_UNANSWERED_NOW = pgettext("review.unanswered_now", "“{wording}” would no longer be answered: {before}")
REVIEW_OFFERED_NOW = pgettext("review.offered_now", "“{wording}” would be offered other choices: {after}")
# Translators: in place of the names of entries: none.
REVIEW_NOTHING = pgettext("review.nothing", "nothing")
# Translators: reasons follow.
REVIEW_REFUSED = pgettext("review.refused", "This cannot be added to “{question}” ({entry}):")
# Translators: in that list: one wording and why it cannot be added, or what is to be minded. The reason is a sentence or two.
REVIEW_REASON = pgettext("review.reason", "“{wording}”: {reason}")
# Translators: warnings follow.
REVIEW_WARNED = pgettext("review.warned", "Please mind:")
# Translators: why a wording cannot become a way of asking for an entry; so are the others that follow. {entry} is a
# name that no entry has.
BECAUSE_NO_ENTRY = pgettext("because.no_entry", "There is no entry “{entry}”.")
BECAUSE_NO_LANGUAGE = pgettext(
    "because.no_language", "In this language I know no ways of asking: {language}."
)
BECAUSE_PERSONAL = pgettext(
    "because.personal", "It contains personal data. Write the question without saying who asked it."
)
BECAUSE_NO_WORDS = pgettext("because.no_words", "It contains no word.")
# Translators: a way of asking is one line of at most so many characters.
BECAUSE_TOO_LONG = pgettext(
    "because.too_long",
    "It has several lines, or more than {count, plural, one {# character} other {# characters}}. Write the question alone.",
)
# Translators: {question} is the question of the entry.
BECAUSE_KNOWN = pgettext("because.known", "It is a way of asking “{question}” ({entry}) already.")
# Translators: it belongs to another entry than the one it was to be added to.
BECAUSE_SHARED = pgettext(
    "because.shared",
    "It is a way of asking “{question}” ({entry}, {language}). Say in it what makes the difference.",
)
# Translators: another entry answers it; {percent} is how sure that is.
BECAUSE_ANSWERED = pgettext(
    "because.answered",
    "Today it is answered with “{question}” ({entry}, {percent}). Add it there, or say in it what makes the difference.",
)
# Translators: if it were added, {wording}, which belongs to {question}, would be mistaken for the question {other} of
# the entry {taken}.
BECAUSE_CONFUSING = pgettext(
    "because.confusing",
    "It confuses: “{wording}”, a way of asking “{question}” ({entry}), would be taken for “{other}” ({taken}).",
)
# Translators: if it were added, the test question {wording} would get a wrong answer. {wanted} and {after} are names of
# entries, or "nothing".
BECAUSE_ASTRAY = pgettext(
    "because.astray",
    "It leads a test question astray: “{wording}” ({language}). Right is {wanted}, but the answer would be {after}.",
)
# Translators: if it were added, a question would go wrong that is watched specially. {wanted} is the name of an entry, or
# "nothing".
BECAUSE_GOLDEN = pgettext(
    "because.golden",
    "“{wording}” ({language}) would go wrong, a question that must always go right. Right is: {wanted}.",
)
# Translators: no wording is fit to become one more way of asking for an entry.
REVIEW_NO_WORDING = pgettext(
    "review.no_wording",
    "None of these wordings can be added: they hold personal data, or are in a language that I do not speak.",
)
REVIEW_ADDED = pgettext(
    "review.added",
    "Added to “{question}” ({entry}). In a few seconds the bot answers it; whoever asked to be told is told then.",
)
REVIEW_UNDONE = pgettext("review.undone", "Taken back. The question waits in the queue again.")
# Translators: limit: 200 characters
REVIEW_NO_UNDO = pgettext(
    "review.no_undo",
    "There is nothing to take back: that has been done, or the files hold the wording by now.",
)
# Translators: after "Not for us"; {question} is the question.
REVIEW_SAID_NOT_OURS = pgettext("review.said_not_ours", "Not for us: “{question}”")
# Translators: after "New entry"; {question} is the question.
REVIEW_SAID_NEW = pgettext("review.said_new", "A new entry is to be written: “{question}”")
# Translators: after "Later"; {question} is the question.
REVIEW_SAID_LATER = pgettext("review.said_later", "Set aside for later: “{question}”")
# Translators: shown over the chat when somebody else was faster; {who} is the number of an account.
# limit: 200 characters
REVIEW_DECIDED = pgettext("review.decided", "Already decided by {who}.")
# Translators: limit: 200 characters
REVIEW_GONE = pgettext("review.gone", "This question no longer waits: it is decided, or answered by now.")
