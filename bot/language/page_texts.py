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
