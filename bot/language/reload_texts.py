"""Which sentences do staff read when an edit has become what the bot says, or has been refused?

They are written as those of `bot.language.texts`, and read by the same tools.
"""

from __future__ import annotations

from bot.language.texts import pgettext

# Translators: for staff; {revision} and {previous} are short codes such as 3f9a1c20.
STAFF_RELOADED = pgettext(
    "staff.reloaded", "Version {revision} of the knowledge answers now (before: {previous})."
)
# Translators: for staff, after an edit had faults; their list follows. {revision} is a short code.
STAFF_KEPT = pgettext(
    "staff.kept",
    "{count, plural, one {# fault was found} other {# faults were found}}. Version {revision} goes on answering.",
)
# Translators: for staff; {pinned} is the version that they went back to. Keep /reload as it is.
STAFF_PINNED = pgettext(
    "staff.pinned",
    "You went back to version {pinned}. Later files are not used until they are edited again, or until you send /reload.",
)
# Translators: for staff; stands at the end of a list that is too long to be shown as a whole.
STAFF_MORE = pgettext("staff.more", "{count, plural, one {and # more} other {and # more}}")

# --- what has changed, one line for each ----------------------------------------------------------

# Translators: the end of a list in a line; {listed} are the names before, already with the signs between them.
RELOAD_LISTED = pgettext("reload.listed", "{listed}, {count, plural, one {and # more} other {and # more}}")
# Translators: for staff; {files} are the names of files.
RELOAD_FILES = pgettext(
    "reload.files", "{count, plural, one {# file changed} other {# files changed}}: {files}"
)
# Translators: an entry is an answer with its question. {ids} are the names of entries in the files.
RELOAD_ENTRIES_ADDED = pgettext(
    "reload.entries_added", "{count, plural, one {# entry added} other {# entries added}}: {ids}"
)
RELOAD_ENTRIES_CHANGED = pgettext(
    "reload.entries_changed", "{count, plural, one {# entry changed} other {# entries changed}}: {ids}"
)
RELOAD_ENTRIES_REMOVED = pgettext(
    "reload.entries_removed", "{count, plural, one {# entry removed} other {# entries removed}}: {ids}"
)
# Translators: a fact is a statement with its source, such as a date. {ids} are the names of facts in the files.
RELOAD_FACTS_ADDED = pgettext(
    "reload.facts_added", "{count, plural, one {# fact added} other {# facts added}}: {ids}"
)
RELOAD_FACTS_CHANGED = pgettext(
    "reload.facts_changed", "{count, plural, one {# fact changed} other {# facts changed}}: {ids}"
)
RELOAD_FACTS_REMOVED = pgettext(
    "reload.facts_removed", "{count, plural, one {# fact removed} other {# facts removed}}: {ids}"
)
# Translators: phrasings are ways of asking for an entry in one language. {ids} are the names of entries.
RELOAD_PHRASINGS_ADDED = pgettext(
    "reload.phrasings_added",
    "Phrasings ({language}) added for {count, plural, one {# entry} other {# entries}}: {ids}",
)
RELOAD_PHRASINGS_CHANGED = pgettext(
    "reload.phrasings_changed",
    "Phrasings ({language}) changed for {count, plural, one {# entry} other {# entries}}: {ids}",
)
RELOAD_PHRASINGS_REMOVED = pgettext(
    "reload.phrasings_removed",
    "Phrasings ({language}) removed for {count, plural, one {# entry} other {# entries}}: {ids}",
)
# Translators: names of people, bodies and events, with their spellings. {ids} are what they are called in the files.
RELOAD_NAMES_ADDED = pgettext(
    "reload.names_added", "{count, plural, one {# name added} other {# names added}}: {ids}"
)
RELOAD_NAMES_CHANGED = pgettext(
    "reload.names_changed", "{count, plural, one {# name changed} other {# names changed}}: {ids}"
)
RELOAD_NAMES_REMOVED = pgettext(
    "reload.names_removed", "{count, plural, one {# name removed} other {# names removed}}: {ids}"
)
# Translators: words that mean the same when people ask. {ids} are the first word of each group.
RELOAD_SYNONYMS_ADDED = pgettext(
    "reload.synonyms_added",
    "{count, plural, one {# group of synonyms ({language}) added} other {# groups of synonyms ({language}) added}}: {ids}",
)
RELOAD_SYNONYMS_CHANGED = pgettext(
    "reload.synonyms_changed",
    "{count, plural, one {# group of synonyms ({language}) changed} other {# groups of synonyms ({language}) changed}}: {ids}",
)
RELOAD_SYNONYMS_REMOVED = pgettext(
    "reload.synonyms_removed",
    "{count, plural, one {# group of synonyms ({language}) removed} other {# groups of synonyms ({language}) removed}}: {ids}",
)
# Translators: a notice is an announcement of the people who run the bot. {ids} are the names of notices in the files.
RELOAD_NOTICES_ADDED = pgettext(
    "reload.notices_added", "{count, plural, one {# notice added} other {# notices added}}: {ids}"
)
RELOAD_NOTICES_CHANGED = pgettext(
    "reload.notices_changed", "{count, plural, one {# notice changed} other {# notices changed}}: {ids}"
)
RELOAD_NOTICES_REMOVED = pgettext(
    "reload.notices_removed", "{count, plural, one {# notice removed} other {# notices removed}}: {ids}"
)
