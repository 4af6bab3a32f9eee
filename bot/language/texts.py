"""Which sentences does the interface say?

Every sentence a person can read, besides the knowledge itself, stands here once, in English, with a context
that stays the same when the wording changes. Messages are ICU MessageFormat (plural and select only); the
comment before a message is shown to translators. Where Telegram or a screen has a limit, it says so
(`limit: 120 characters`), and `alliance-bot check` holds each translation to it. Nothing in here is formatted:
`bot.answering.compose` and the handlers do that through the catalogs.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A message of the interface: its context in the catalogs and its English wording."""

    context: str
    message: str


def pgettext(context: str, message: str) -> Text:
    """Mark a message for extraction; the name is the one that gettext tools look for."""
    return Text(context, message)


# --- start, help and the other pages --------------------------------------------------------------

# Translators: first message of the bot. Two short lines; {entries} is the number of prepared answers.
START = pgettext(
    "start.text",
    "Hello! I answer questions about the World Digital Education Alliance (WDEA) from public sources, and "
    "I name the "
    "source each time.\n"
    "I know {entries, plural, one {# prepared answer} other {# prepared answers}}. When I do not know, I "
    "say so.",
)
# Translators: stands above four buttons with example questions.
START_EXAMPLES = pgettext("start.examples", "Just type your question, or try one of these:")
HELP = pgettext(
    "help.text",
    "Ask me in your own words, one or two questions at a time. I say only what named sources say.\n\n"
    "/topics – browse everything I know\n"
    "/language – choose the language of my answers\n"
    "/about – what I know and who runs me\n"
    "/privacy – what is stored\n"
    "/forgetme – erase what I keep about you",
)
ABOUT = pgettext(
    "about.text",
    "I hold {entries, plural, one {# prepared answer} other {# prepared answers}} based on "
    "{sources, plural, one {# source} other {# sources}}. The information was collected on {checked_on}.",
)
# Translators: {revision} is a short code such as 3f9a1c20.
ABOUT_REVISION = pgettext("about.revision", "Version of the knowledge: {revision}")
ABOUT_OFFICIAL = pgettext("about.official", "This is an official channel of the alliance.")
ABOUT_UNOFFICIAL = pgettext("about.unofficial", "This is not an official channel of the alliance.")
ABOUT_OPERATOR = pgettext("about.operator", "Run by: {operator}")
ABOUT_CONTACT = pgettext("about.contact", "Contact: {contact}")
ABOUT_NO_OPERATOR = pgettext("about.no_operator", "Whoever runs this bot has not given a name.")
# Translators: {days} is how long the wording of questions is kept. Technical truth matters more than style
# here.
PRIVACY = pgettext(
    "privacy.text",
    "To answer you, I store your question until it is answered. I also keep the language you chose and the "
    "topic of "
    "your last question, so that you can ask “and where?”.\n"
    "{days, plural, =0 {The wording of your questions is not kept after the answer.} "
    "one {The wording of your questions is kept for # day to improve the answers, then deleted.} "
    "other {The wording of your questions is kept for # days to improve the answers, then deleted.}}",
)
PRIVACY_ASKER = pgettext(
    "privacy.asker",
    "Who asked is kept for the same time, only as a code made with a random key; then the key is destroyed.",
)
PRIVACY_VOTES = pgettext(
    "privacy.votes",
    "If you say whether an answer helped, I keep your vote, and the line you may add to it, in the same way and for "
    "the same time.",
)
# Translators: {days} is a number of days, at present 90. People ask for this with a button under "I do not know".
PRIVACY_WISHES = pgettext(
    "privacy.wishes",
    "If you ask me to tell you when I know an answer, I keep that question, and in which chat you asked it, until I "
    "can answer it, but no longer than {days, plural, one {# day} other {# days}}.",
)
PRIVACY_ELSEWHERE = pgettext(
    "privacy.elsewhere",
    "Your question is not sent to any other service to be answered. Telegram carries the messages under "
    "its own rules.",
)
PRIVACY_FORGET = pgettext("privacy.forget", "Send /forgetme, and I will erase what I keep about you.")
FORGOTTEN = pgettext(
    "privacy.forgotten",
    "I have erased what I kept about you: your language, the topic of your last question and "
    "{count, plural, =0 {no record of an answer, a vote or a question I was to answer later} "
    "one {# record of an answer, a vote or a question I was to answer later} "
    "other {# records of answers, votes and questions I was to answer later}}. "
    "From now on I follow the language of your questions.",
)
# Translators: a notice is an announcement of the people who run the bot, such as "Registration closes on Friday".
PRIVACY_NOTICES = pgettext(
    "privacy.notices", "I also remember which notices you have seen, until they are out of date."
)
LANGUAGE_CHOOSE = pgettext("language.choose", "Choose the language of my answers:")
# Translators: {language} is the name of your own language, as it calls itself.
LANGUAGE_CHOSEN = pgettext("language.chosen", "From now on I will answer in {language}.")
# Translators: limit: 40 characters
LANGUAGE_AUTOMATIC = pgettext("language.automatic", "The language of the question")
LANGUAGE_AUTOMATIC_CHOSEN = pgettext(
    "language.automatic_chosen", "From now on I will answer in the language of your question, if I know it."
)
# Translators: the user typed "/language xx"; {tag} is what they typed, {languages} the list of those that
# exist.
LANGUAGE_NOT_AVAILABLE = pgettext(
    "language.not_available", "I do not know the language “{tag}”. I can answer in: {languages}."
)
# Translators: first message in a group, when somebody has let the bot in. {bot} is its name with @, {command} is
# what the administrators type, such as /language@alliance_bot.
GROUP_HELLO = pgettext(
    "group.hello",
    "Hello! I answer questions about the World Digital Education Alliance (WDEA) from public sources.\n"
    "In this group I speak only when I am asked: write {bot} and your question, or reply to one of my messages.\n"
    "The administrators can choose the language of my answers for the whole group: {command}",
)
GROUP_LANGUAGE_CHOOSE = pgettext(
    "group.language_choose", "Choose the language of my answers for the whole group:"
)
# Translators: {language} is the name of your own language, as it calls itself.
GROUP_LANGUAGE_CHOSEN = pgettext(
    "group.language_chosen",
    "From now on I will answer in {language} in this group. Whoever has chosen a language in a private chat with me "
    "keeps it.",
)
GROUP_LANGUAGE_AUTOMATIC_CHOSEN = pgettext(
    "group.language_automatic_chosen",
    "From now on I will answer in this group in the language of each question, if I know it.",
)
# Translators: Telegram shows it in a small window; {bot} is @ and a name of up to 32 letters.
# limit: 200 characters
GROUP_LANGUAGE_ADMINS = pgettext(
    "group.language_admins",
    "Only administrators can choose the language of this group. You can choose one for yourself in a private chat "
    "with me: {bot}",
)
TOPICS_CHOOSE = pgettext("topics.choose", "What would you like to know about?")
# Translators: limit: 40 characters
TOPICS_BACK = pgettext("topics.back", "Back to all topics")
# Translators: limit: 40 characters
TOPICS_NEXT = pgettext("topics.next", "Next page")
# Translators: limit: 40 characters
TOPICS_PREVIOUS = pgettext("topics.previous", "Previous page")
# Translators: a line above a page of buttons.
TOPICS_PAGE = pgettext("topics.page", "Page {page} of {pages}")
# Translators: limit: 40 characters
BUTTON_TOPICS = pgettext("button.topics", "All topics")

# --- answers --------------------------------------------------------------------------------------

# Translators: the line below an answer. {title} becomes a link; {publisher} is a name; {date} is a full date.
# Keep the order natural for your language, and keep all three.
SOURCE_PUBLISHED = pgettext("source.published", "Source: {title}, {publisher}, {date}")
# Translators: used when the date of publication is unknown; {date} is the day we read the page.
SOURCE_CHECKED = pgettext("source.checked", "Source: {title}, {publisher} (read on {date})")
# Translators: added after the source line; {language} is a language name in your language, for example
# "Chinese".
SOURCE_LANGUAGE = pgettext("source.language", "in {language}")
# Translators: added after the source line for figures; {date} is a date or a month. "the figures hold for
# that day".
SOURCE_AS_OF = pgettext("source.as_of", "as of {date}")
# Translators: stands above an answer; {date} is a full date. The source stands below the answer.
REVIEW_DUE = pgettext(
    "answer.review_due", "This information was due for review on {date}; please check the source."
)
CLARIFY = pgettext("clarify.text", "Did you mean one of these? Tap a question or reply with its number.")
# Translators: beside the answer to another question in the same message; {question} repeats what is meant.
CLARIFY_PART = pgettext(
    "clarify.part",
    "About “{question}”: did you mean one of these? Tap a question or reply with its number.",
)
ABSTAIN = pgettext(
    "abstain.text",
    "I do not know the answer to that. My sources about the alliance do not cover it, or I did not "
    "understand you.",
)
ABSTAIN_NEAREST = pgettext("abstain.nearest", "Perhaps one of these helps:")
# Translators: one of two questions in a message could not be answered; {question} repeats it.
ABSTAIN_PART = pgettext("abstain.part", "About “{question}”: I do not know the answer to that.")
# Translators: button under "I do not know the answer to that": the person wants to be told once it is known.
# limit: 40 characters
WISH = pgettext("wish.button", "Tell me when you know")
# Translators: shown for a moment over the chat after that button.
# limit: 200 characters
WISH_TOAST = pgettext("wish.toast", "Noted. I will tell you here once I know the answer.")
# Translators: stands below "I do not know the answer to that" once the button "Tell me when you know" was pressed.
# {days} is how long the wish is kept at most. Leave the command as it is.
WISH_NOTED = pgettext(
    "wish.noted",
    "I will tell you here, once, when I know the answer. Until then, and for "
    "{days, plural, one {# day} other {# days}} at most, I keep your question together with this chat. "
    "/forgetme erases both, with everything else I keep about you.",
)
# Translators: shown over the chat when that button was pressed and the message with the question is gone.
# limit: 200 characters
WISH_GONE = pgettext("wish.gone", "I can no longer see your question. Please ask it again.")
# Translators: stands above an answer that somebody has waited for; {question} repeats what they asked.
WISH_FULFILLED = pgettext("wish.fulfilled", "You asked: “{question}”. Now I know the answer:")
# Translators: stands in place of an answer that the people who run the bot have taken out of service. Say nothing that
# could be read as "the answer was wrong".
WITHDRAWN = pgettext(
    "withdrawn.text", "This answer is being checked. Please ask again later, or ask me something else."
)
# Translators: the same for one of two questions in a message; {question} repeats it.
WITHDRAWN_PART = pgettext(
    "withdrawn.part", "About “{question}”: this answer is being checked. Please ask again later."
)
EMPTY = pgettext("empty.text", "Please write your question in words. You can ask me, for example:")
# Translators: {count} is the number of characters that were read.
TRUNCATED = pgettext(
    "notice.truncated",
    "Your message was very long; I read only {count, plural, one {the first character} other {the first # "
    "characters}}.",
)
# Translators: {language} is the language of the question, named in your language; {languages} those that
# exist.
UNKNOWN_LANGUAGE = pgettext(
    "notice.unknown_language",
    "I cannot answer in this language yet ({language}). I can answer in: {languages}.",
)
TRANSLATION_MISSING = pgettext(
    "notice.translation_missing",
    "This answer has not been translated into your language yet; here it is in {language}.",
)
TRANSLATION_STALE = pgettext("notice.translation_stale", "This translation is older than the English text.")
# Translators: {date} is the day on which the English text changed.
TRANSLATION_STALE_SINCE = pgettext(
    "notice.translation_stale_since", "This translation is older than the English text (changed on {date})."
)
NO_MORE = pgettext("follow_up.no_more", "That is all my sources say about it.")
# Translators: after "tell me more"; stands above buttons with related questions.
MORE = pgettext("follow_up.more", "There is more on these questions:")
# Translators: after "says who?" or "source?"; the sources of the last answer follow.
SOURCES_OF = pgettext("follow_up.source", "My last answer rests on these sources:")

# Translators: after "shorter, please"; the sources of the last answer follow.
SHORTEST = pgettext(
    "follow_up.shortest",
    "I have no shorter answer than this one; the details are in the sources:",
)

# --- under an answer ------------------------------------------------------------------------------

# Translators: buttons under an answer stand two in a row and begin with a word. This one opens the source, or the list
# of sources when there are several.
# limit: 20 characters
# {count}: up to 99
CARD_SOURCE = pgettext("card.source", "{count, plural, one {Source} other {Sources (#)}}")
# Translators: button; shows related questions.
# limit: 20 characters
CARD_RELATED = pgettext("card.related", "Related questions")
# Translators: button; shows this answer in another language.
# limit: 20 characters
CARD_LANGUAGES = pgettext("card.languages", "Other language")
# Translators: button; offers to pass the answer on.
# limit: 20 characters
CARD_SHARE = pgettext("card.share", "Share")
# Translators: button, says that the answer helped me.
# limit: 20 characters
CARD_HELPFUL = pgettext("card.helpful", "Helpful")
# Translators: button, says that the answer did not help me.
# limit: 20 characters
CARD_NOT_HELPFUL = pgettext("card.not_helpful", "Not helpful")
# Translators: the button "Helpful" once the person has pressed it.
# limit: 34 characters
CARD_HELPFUL_YOURS = pgettext("card.helpful_yours", "Helpful (your vote)")
# Translators: the button "Not helpful" once the person has pressed it.
# limit: 34 characters
CARD_NOT_HELPFUL_YOURS = pgettext("card.not_helpful_yours", "Not helpful (your vote)")
# Translators: button under what opened in the place of an answer.
# limit: 40 characters
CARD_BACK = pgettext("card.back", "Back to the answer")
# Translators: button under an answer that is shown in another language, in the language to go back to; {language} is
# the name of your own language, as it calls itself.
# limit: 40 characters
# {language}: up to 20 characters
CARD_LANGUAGE_BACK = pgettext("card.language_back", "Back to {language}")
# Translators: button under an answer whose translation is older than its source; shows the text as it is today.
# {language} is the name of a language, as it calls itself.
# limit: 40 characters
# {language}: up to 20 characters
CARD_CURRENT = pgettext("card.current", "Current text: {language}")
# Translators: stands above a numbered list of questions; {question} repeats the one that was answered.
CARD_RELATED_TO = pgettext("card.related_to", "Questions related to “{question}”:")
# Translators: stands above a list of sources; {question} repeats the one that was answered.
CARD_SOURCES_OF = pgettext("card.sources_of", "Sources of the answer to “{question}”:")
# Translators: added after a source line with the date of publication; {date} is the day we read the page.
SOURCE_READ = pgettext("source.read", "read on {date}")
# Translators: stands above a web address that opens this answer.
CARD_LINK = pgettext("card.link", "This link opens the answer:")
# Translators: button; passes the link on in Telegram.
# limit: 20 characters
CARD_SEND = pgettext("card.send", "Send to a chat")
# Translators: button; copies the link.
# limit: 20 characters
CARD_COPY = pgettext("card.copy", "Copy link")
# Translators: shown for a moment over the chat after a vote.
# limit: 200 characters
VOTE_COUNTED = pgettext("vote.counted", "Thank you. Your vote has been counted.")
# Translators: shown for a moment over the chat; the person voted differently before.
# limit: 200 characters
VOTE_CHANGED = pgettext("vote.changed", "Thank you. Your vote has been changed.")
# Translators: shown for a moment over the chat; the person pressed the same button again.
# limit: 200 characters
VOTE_SAME = pgettext("vote.same", "Your vote has already been counted.")
# Translators: shown for a moment over the chat; the person pressed the button with their own vote.
# limit: 200 characters
VOTE_TAKEN_BACK = pgettext("vote.taken_back", "Your vote has been withdrawn.")
# Translators: shown for a moment over the chat after one of the three buttons below "What is the matter with this
# answer?"; the vote itself was counted before.
# limit: 200 characters
VOTE_REASON = pgettext("vote.reason", "Thank you. Your reason is noted.")
# Translators: asked after "Not helpful", above the three buttons that follow.
VOTE_WHY = pgettext("vote.why", "What is the matter with this answer?")
# Translators: button, says that what the answer says is not true.
# limit: 40 characters
VOTE_WRONG = pgettext("vote.wrong", "It is wrong")
# Translators: button, says that what the answer says was true once.
# limit: 40 characters
VOTE_OUTDATED = pgettext("vote.outdated", "It is out of date")
# Translators: button, says that the answer is to another question than mine.
# limit: 40 characters
VOTE_OFF_TOPIC = pgettext("vote.off_topic", "It does not answer my question")
# Translators: stands below the answer after that. "Reply" is Telegram's function for messages.
VOTE_REMARK = pgettext(
    "vote.remark",
    "Thank you. If you like, reply to this message within a day and say briefly what should be different.",
)
VOTE_REMARKED = pgettext(
    "vote.remarked", "Thank you. What you wrote goes to the people who keep these answers."
)
# Translators: stands above an answer that used to be found under another name.
CARD_MOVED = pgettext("card.moved", "This answer has moved. Here it is as it stands today.")
# Translators: shown over the chat when an old button was pressed.
# limit: 200 characters
CARD_RENEWED = pgettext("card.renewed", "This button is out of date. Here is the answer as it stands today.")
# Translators: somebody came by a link to an answer that does not exist; the greeting follows.
LINK_GONE = pgettext(
    "start.link_gone", "The answer that your link leads to does not exist, or no longer does."
)

# --- what is not a question -----------------------------------------------------------------------

UNKNOWN_COMMAND = pgettext("other.unknown_command", "I do not know this command. /help shows what I can do.")
NOT_TEXT = pgettext("other.not_text", "I can read only text. Please write your question in words.")
CHOICE_GONE = pgettext("other.choice_gone", "This answer no longer exists. Please ask again or see /topics.")
# Translators: limit: 200 characters
BUTTON_OLD = pgettext("other.button_old", "This button is out of date. Please ask again.")
FAILED = pgettext(
    "other.failed",
    "Sorry, something went wrong with your question. It has been reported. Please try again later.",
)

RATE_LIMITED = pgettext(
    "other.rate_limited",
    "You have asked a lot of questions in a short time, so I have not answered this one. Please wait a minute and "
    "ask it again.",
)
# Translators: for the people who run the bot; {row} is a number, {why} a short technical reason in English. Leave the
# command as it is.
STAFF_DEAD = pgettext(
    "staff.dead",
    "A message could not be answered and was set aside (row {row}: {why}). See: alliance-bot dead list",
)
# Translators: {reason} is what the people who run the bot say about the interruption, in their own words.
MAINTENANCE = pgettext(
    "other.maintenance",
    "I am taking a short break: {reason}\nYour question is kept, and I will answer it afterwards.",
)

# --- in chats that the bot is not in ----------------------------------------------------------------

# Translators: a button above the results while somebody types “@bot question” in any chat.
# limit: 40 characters
INLINE_LANGUAGE = pgettext("inline.language", "Choose the language of the answers")
# Translators: the same button when there are no results; it opens the private chat.
# limit: 40 characters
INLINE_NOTHING = pgettext("inline.nothing", "No answer found – ask me in private")
# Translators: a button under an answer that somebody sent with “@bot question” into a chat; it opens the same answer in
# the private chat with the bot, where one can ask further.
# limit: 40 characters
INLINE_OPEN = pgettext("inline.open", "Open this answer")
# Translators: stands above buttons with questions, in a chat in which the bot can say only this.
GUEST_CLARIFY = pgettext(
    "guest.clarify", "Did you mean one of these? Tap a question to read the answer in our private chat."
)

# --- commands, as the application's menu shows them -----------------------------------------------

# Translators: limit: 256 characters
COMMAND_START = pgettext("command.start", "Start, with example questions")
# Translators: limit: 256 characters
COMMAND_HELP = pgettext("command.help", "How to ask")
# Translators: limit: 256 characters
COMMAND_TOPICS = pgettext("command.topics", "Browse all topics")
# Translators: limit: 256 characters
COMMAND_LANGUAGE = pgettext("command.language", "Choose the language")
# Translators: limit: 256 characters
COMMAND_ABOUT = pgettext("command.about", "What I know and who runs me")
# Translators: limit: 256 characters
COMMAND_PRIVACY = pgettext("command.privacy", "What is stored")
# Translators: limit: 256 characters
COMMAND_FORGETME = pgettext("command.forgetme", "Erase what is kept about me")

# --- how the bot presents itself ------------------------------------------------------------------

# Translators: name of the bot in lists of chats. It must not sound as if the alliance itself spoke.
# limit: 64 characters
PROFILE_NAME = pgettext("profile.name", "Questions about the WDEA")
# Translators: on the bot's page, and where somebody shares the bot.
# limit: 120 characters
PROFILE_SHORT = pgettext(
    "profile.short",
    "Answers about the World Digital Education Alliance (WDEA), with source and date, in your language.",
)
# Translators: stands in the empty chat, before anybody has written; a line that says who runs the bot follows.
# limit: 300 characters
PROFILE_DESCRIPTION = pgettext(
    "profile.description",
    "Ask me about the World Digital Education Alliance (WDEA) in your own words. I answer from public sources and "
    "name the source with its date under each answer. When I do not know, I say so.",
)
