"""Which words does the page of the preview say itself?

Each stands here once, in English; the page gets them in the language of the person who is acted. They are
read by the same tools as `bot.language.texts`. Only plain values in braces: the browser fills them in.
"""

from __future__ import annotations

from bot.language.texts import pgettext

PAGE_TEXTS = (
    pgettext("page.skip", "Skip to the message box"),
    # Translators: title of the browser's window; {name} is the bot's
    pgettext("page.title", "{name} – preview"),
    # Translators: under the bot's name: nothing leaves this machine
    pgettext("page.connected", "Local preview"),
    pgettext("page.reconnecting", "Reconnecting…"),
    pgettext("page.settings", "Preview settings"),
    # Translators: label of a list of languages: that of the application of the person who is acted
    pgettext("page.language", "Your app’s language"),
    pgettext("page.language_note", "What the simulated person’s application reports to the bot"),
    # Translators: heads a list of languages
    pgettext("page.languages_bot", "The bot answers in"),
    pgettext("page.languages_other", "Other languages"),
    # Translators: in the list of languages: the application reports none
    pgettext("page.language_none", "Not sent"),
    pgettext("page.theme", "Dark theme"),
    pgettext("page.restart", "New conversation"),
    # Translators: label of a list of chats
    pgettext("page.chat", "Chat"),
    pgettext("page.chat_private", "Private chat with the bot"),
    pgettext("page.chat_group", "Group with the bot"),
    pgettext("page.chat_outside", "Group without the bot"),
    # Translators: label of a list of two people: as whom one writes
    pgettext("page.person", "Write as"),
    # Translators: {name} is a person who looks after the group
    pgettext("page.admin", "{name} (admin)"),
    # Translators: label of a list of the topics of a forum group
    pgettext("page.topic", "Topic"),
    # Translators: the topic that every forum group has
    pgettext("page.topic_general", "General"),
    pgettext(
        "page.welcome",
        "Ask about the World Digital Education Alliance in your own words. Everything stays on this machine.",
    ),
    # Translators: {mention} is the bot's name
    pgettext(
        "page.welcome_group",
        "Mention {mention} or reply to it. The bot does not see other messages of a group.",
    ),
    # Translators: {mention} is the bot's name
    pgettext(
        "page.welcome_outside",
        "The bot is not in this group. Write {mention} and a question to choose from its answers, "
        "or mention it to call it as a guest.",
    ),
    pgettext("page.start", "Start"),
    pgettext("page.conversation", "Conversation"),
    # Translators: {name} is the bot's
    pgettext("page.typing", "{name} is typing…"),
    pgettext("page.newer", "New messages"),
    pgettext("page.editing", "You are editing your message"),
    # Translators: {text} is the message that is answered, shortened
    pgettext("page.replying", "Reply to: {text}"),
    pgettext("page.cancel", "Cancel"),
    pgettext("page.commands", "Commands"),
    pgettext("page.commands_list", "Commands of the bot"),
    pgettext("page.commands_none", "The bot has not set any commands yet."),
    pgettext("page.message", "Your message"),
    pgettext("page.ask", "Ask a question"),
    pgettext("page.hint", "Enter sends, Shift and Enter start a new line"),
    pgettext("page.send", "Send"),
    # Translators: a button under an answer
    pgettext("page.why", "Why this answer?"),
    # Translators: a button: change one's own message
    pgettext("page.edit", "Edit"),
    # Translators: mark on a message
    pgettext("page.edited", "edited"),
    # Translators: a button: answer this message
    pgettext("page.reply", "Reply"),
    # Translators: stands before the message that is answered
    pgettext("page.reply_to", "In reply to:"),
    # Translators: mark on a message that was chosen from the bot's results; {mention} is the bot's name
    pgettext("page.via", "via {mention}"),
    # Translators: heads the buttons under a message, for screen readers
    pgettext("page.choices", "Choices"),
    pgettext("page.hidden_text", "Hidden text"),
    # Translators: a button: open a quotation that is cut short
    pgettext("page.expand", "Show all"),
    pgettext("page.collapse", "Show less"),
    pgettext("page.not_text", "A message that is not text"),
    pgettext("page.copied", "Copied"),
    # Translators: a button was pressed that the page cannot imitate
    pgettext("page.needs_app", "This button needs the real application."),
    # Translators: {reason} is technical English
    pgettext("page.failed", "That did not work: {reason}"),
    pgettext("page.no_explanation", "There is no explanation for this message."),
    # Translators: closes a notice
    pgettext("page.ok", "OK"),
    pgettext("page.close", "Close"),
    # Translators: the answers that the bot offers while one types
    pgettext("page.results", "Results"),
    pgettext("page.results_count", "Results: {count}"),
    pgettext("page.results_none", "Nothing found"),
    pgettext("page.link", "Open a link"),
    pgettext("page.link_field", "Link to the bot, or the name of an entry"),
    # Translators: {example} is a link
    pgettext("page.link_note", "For example {example}"),
    pgettext("page.link_wrong", "This is no link to the bot."),
    pgettext("page.open", "Open"),
    # Translators: after a button that shares a link
    pgettext("page.share", "The link is in the message box. Choose a chat and send it."),
    # --- why an answer is what it is -------------------------------------------------------------------
    # Translators: {percent} is 99% in your way of writing
    pgettext("page.why_over", "over {percent}"),
    # Translators: {percent} is 0.1% in your way of writing
    pgettext("page.why_under", "under {percent}"),
    # Translators: a message held several questions
    pgettext("page.why_question", "Question {number} of {count}"),
    # Translators: heading; “it” is the bot
    pgettext("page.why_answered", "It answered"),
    # Translators: {chance} and {bound} are percentages
    pgettext(
        "page.why_sure",
        "The best match is {chance} likely to be what was asked. From {bound} on, the bot answers.",
    ),
    pgettext(
        "page.why_conversation",
        "The answer follows from the conversation; the match alone is {chance} likely.",
    ),
    # Translators: heading; “it” is the bot
    pgettext("page.why_asked_back", "It asked back"),
    pgettext(
        "page.why_doubtful", "This entry needs more certainty than others before it is given as the answer."
    ),
    pgettext("page.why_below", "No match reaches the {bound} needed to answer at once."),
    pgettext(
        "page.why_fits",
        "That any known question fits is {chance} likely; from {bound} on, choices are offered.",
    ),
    # Translators: {count} is a number of questions
    pgettext("page.why_offered", "The nearest were offered: {count}."),
    # Translators: heading; “it” is the bot
    pgettext("page.why_asked_wording", "It asked for words"),
    pgettext("page.why_no_wording", "There was nothing to compare: no letters or digits."),
    # Translators: heading; “it” is the bot
    pgettext("page.why_not_answered", "It did not answer"),
    pgettext("page.why_no_texts", "The question is in a language that the bot has no texts for."),
    # Translators: heading; “it” is the bot
    pgettext("page.why_not_known", "It said that it does not know"),
    # Translators: follows a sentence that says how unlikely every answer was
    pgettext("page.why_nothing", "So nothing was claimed."),
    # Translators: {words} is what the question asks for: “how many”, or a person’s name
    pgettext(
        "page.why_asked_other",
        "No known question of the nearest answer asks for what this one asks for: {words}.",
    ),
    pgettext(
        "page.why_follow_up", "The question was read as a follow-up (“{text}”) to the answer before it."
    ),
    # Translators: heading
    pgettext("page.why_nearest", "Nearest known questions"),
    # Translators: there are no nearest known questions
    pgettext("page.why_none", "None at all."),
    pgettext("page.why_mark", "The mark on each bar: the {bound} needed to answer."),
    # Translators: heading
    pgettext("page.why_reading", "How the question was read"),
    # Translators: label of the question
    pgettext("page.why_written", "As written"),
    # Translators: label of the question in the form in which it is compared
    pgettext("page.why_compared", "As compared"),
    # Translators: in place of a text that is empty
    pgettext("page.why_empty", "nothing"),
    # Translators: label of the question as it was read when it was typed on the wrong keyboard
    pgettext("page.why_letters", "Taken for other letters"),
    pgettext("page.why_known", "Known words"),
    # Translators: heads a list of words with those that they were taken for
    pgettext("page.why_misspelt", "Taken as misspelt"),
    # Translators: heads a list of words, each with the name of its language, in a question that mixes languages
    pgettext("page.why_borrowed", "Understood in another language"),
    pgettext("page.why_unknown", "Words that no known question holds"),
    # Translators: heads what a question asks for ("how many"), of which no known question of the likeliest answer asks
    pgettext("page.why_unasked", "Asked for, but in no known question of this answer"),
    pgettext(
        "page.why_language_sure",
        "Language of the question, judging by the known questions: surely {language}.",
    ),
    pgettext(
        "page.why_language_perhaps",
        "Language of the question, judging by the known questions: perhaps {language}.",
    ),
    # Translators: heading
    pgettext("page.why_reply_language", "Language of the reply"),
    pgettext("page.why_chosen", "{language}, because you chose this language with /language."),
    pgettext("page.why_written_in", "{language}, because the question is surely written in it."),
    pgettext("page.why_client", "{language}, because your application is set to it."),
    pgettext("page.why_default", "{language}, because nothing else was known; it is the bot’s default."),
    pgettext("page.why_request", "{language}, because it was asked for."),
    pgettext(
        "page.why_unavailable",
        "The bot cannot answer in the language that the question seems to be in: {language}.",
    ),
    pgettext("page.why_revision", "Version of the knowledge: {revision}"),
    pgettext("page.why_truncated", "The message was very long; only its beginning was read."),
    # --- faults ------------------------------------------------------------------------------------------
    # Translators: opens the panel with which calls to Telegram can be made to fail
    pgettext("page.trouble", "Faults"),
    pgettext("page.trouble_title", "Faults on the way to Telegram"),
    pgettext("page.trouble_note", "The next calls of the bot meet the fault. Fetching messages is spared."),
    pgettext("page.trouble_kind", "Kind of fault"),
    pgettext("page.trouble_busy", "Too many requests (429)"),
    pgettext("page.trouble_blocked", "Blocked by the person (403)"),
    pgettext("page.trouble_slow", "Slow answers"),
    pgettext("page.trouble_down", "Server error (502)"),
    pgettext("page.trouble_cut", "The connection breaks off"),
    pgettext("page.trouble_seconds", "Seconds to wait (retry_after)"),
    pgettext("page.trouble_milliseconds", "Delay in milliseconds"),
    pgettext("page.trouble_times", "Number of calls (empty: until switched off)"),
    # Translators: a button
    pgettext("page.trouble_on", "Switch on"),
    # Translators: a button
    pgettext("page.trouble_off", "Switch off"),
    # Translators: {kind} is the kind of fault; {met} and {left} are numbers
    pgettext("page.trouble_left", "Fault on: {kind}. Calls hit: {met}. Calls to come: {left}."),
    # Translators: {kind} is the kind of fault; {met} is a number
    pgettext("page.trouble_open", "Fault on until switched off: {kind}. Calls hit: {met}."),
)
