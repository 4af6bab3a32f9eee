"""What does a text of an entry say in a locale, and is that up to date?

A translation that is older than its source is better than none: it is served, with a word about its age and the
way to the text as it is today.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.answering.assistant import Assistant
from bot.knowledge.entries import Entry
from bot.language import texts
from bot.language.catalogs import SOURCE_LOCALE, State, Translation
from bot.language.formats import format_date, language_name
from bot.language.messages import MessageSyntaxError, MessageValueError, parse


def formatted(
    entry: Entry, field: str, message: str, assistant: Assistant, locale: str
) -> tuple[str, Translation]:
    """Write a field of an entry with the values of its facts, and tell which translation that is."""
    translation = assistant.catalogs.lookup(locale, "knowledge", f"{entry.id}.{field}", message)
    values = assistant.knowledge.values_for(entry)
    try:
        return parse(translation.text).format(values, translation.locale, isolate=True), translation
    except (
        MessageSyntaxError,
        MessageValueError,
    ):  # a stale one may be half-written, or rest on other values
        source = Translation(text=message, locale=SOURCE_LOCALE, state="missing")
        return parse(message).format(values, SOURCE_LOCALE, isolate=True), source


def translation_notices(translation: Translation, assistant: Assistant, locale: str) -> Iterator[str]:
    """Tell the reader that an answer is in another language, or that its translation is out of date."""
    if translation.locale != locale:
        language = language_name(translation.locale, locale)
        yield assistant.catalogs.text(locale, texts.TRANSLATION_MISSING, language=language)
    elif translation.state == "stale" and translation.stale_since is not None:
        date = format_date(translation.stale_since, locale)
        yield assistant.catalogs.text(locale, texts.TRANSLATION_STALE_SINCE, date=date)
    elif translation.state == "stale":
        yield assistant.catalogs.text(locale, texts.TRANSLATION_STALE)


def current_instead(entry: Entry, assistant: Assistant, locale: str) -> str | None:
    """Name the language in which an answer is up to date when its translation into a locale is not.

    It is the default language, or that of the sources when the default one is out of date, too.
    """
    if _state(entry, assistant, locale) != "stale":
        return None
    fresh = _state(entry, assistant, assistant.default_locale) == "current"
    return assistant.default_locale if fresh else SOURCE_LOCALE


def _state(entry: Entry, assistant: Assistant, locale: str) -> State | None:
    """Whether an answer is up to date as it is written in a locale; None when it is written in another one."""
    translation = assistant.catalogs.lookup(locale, "knowledge", f"{entry.id}.answer", entry.answer)
    if translation.state == "stale":  # it may not be fit to be written at all
        _, translation = formatted(entry, "answer", entry.answer, assistant, locale)
    return translation.state if translation.locale == locale else None
