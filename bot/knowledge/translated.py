"""Are the translations there, and do they still say what the knowledge base says?

Rules over all catalogs; `bot.knowledge.checks` runs them. Faults of the interface's catalogs are found
where those are read; here they count only as missing or stale.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from bot.errors import BotError
from bot.knowledge.content import KNOWLEDGE, Content, Translatable, problem
from bot.knowledge.extract import ANSWER_LIMIT, read_value_comments
from bot.language.catalogs import SOURCE_LOCALE
from bot.language.formats import Number
from bot.language.icu import Plural, walk
from bot.language.limits import longest, read_limit, read_worst
from bot.language.messages import MessageSyntaxError, compare, parse
from bot.language.numbers import in_words, plural_category
from bot.language.pofile import INTERFACE, CatalogEntry
from bot.types import Location, Problem

_REVIEW = "run `alliance-bot translations update` and review what is fuzzy"


def untranslated(content: Content) -> Iterator[Problem]:
    """Every text is translated, and after its last change."""
    files = {(item.locale, item.domain): item.location.path for item in content.catalogs.entries}
    for locale in content.catalogs.locales[1:]:
        for text in content.translatable_into(locale):
            path = files.get((locale, text.domain))
            if path is None:
                continue  # a missing file is one problem, reported where it is looked for
            place = _place(content, locale, text) or Location(path=path)
            found = content.translation(locale, text)
            if found is None:
                message = f"{text.context} is not translated"
                yield problem(place, "untranslated", message, "translate it", "warning")
            elif found.state == "stale":
                message = f"{text.context} has changed since it was translated"
                yield problem(place, "stale-translation", message, _REVIEW, "warning")


def wrong_translations(content: Content) -> Iterator[Problem]:
    """Translations have the placeholders and the plural categories that they need."""
    compared = set(_translations(content.sound)) if content.sound else set()
    for pair, item in _translations(content).items():
        if pair not in compared:
            for code, text in compare(item.message, item.translation, item.locale):
                yield problem(item.location, code, f"{item.context}: {text}", "correct the translation")


def _translations(content: Content) -> dict[tuple[str, str | None, str, str], CatalogEntry]:
    """List what is translated of the knowledge base and not known to be out of date."""
    known = {text.context for text in content.translatable if text.domain == KNOWLEDGE}
    return {
        (item.locale, item.context, item.message, item.translation): item
        for item in content.catalogs.entries
        if item.domain == KNOWLEDGE and item.context in known and item.translation and not item.fuzzy
    }


def bad_formats(content: Content) -> Iterator[Problem]:
    """Every text can be written in every language with today's values, and answers stay short."""
    for locale in content.catalogs.locales:
        for text in content.translatable:
            found = content.translation(locale, text)
            if text.entry is None or found is None or found.locale != locale:
                continue
            place = _place(content, locale, text) or text.location
            values = content.knowledge.values_for(text.entry)
            try:
                length = len(parse(found.text).format(values, locale, isolate=False))
            except BotError as exc:
                # A current translation was compared with its source: one fault is one problem.
                if found.state == "stale":
                    yield problem(place, "format-error", f"{text.context}: {exc}", "correct the translation")
                continue
            if length > ANSWER_LIMIT:
                message = f"{text.context} has {length} characters in {locale}; {ANSWER_LIMIT} are the limit"
                yield problem(place, "long-answer", message, "shorten it", "warning")


def millions(content: Content) -> Iterator[Problem]:
    """What is counted in millions has its form in every language: "millions *de vues*" in French."""
    for locale in content.catalogs.locales:
        for text in content.translatable:
            found = content.translation(locale, text)
            if text.entry is None or found is None or found.locale != locale or found.state == "stale":
                continue
            values = content.knowledge.values_for(text.entry)
            large = {
                name: plural_category(value.value, locale)
                for name, value in values.items()
                if isinstance(value, Number) and in_words(value.value, locale)
            }
            if not large:
                continue
            place = _place(content, locale, text) or text.location
            for part in _plurals(found.text):
                category = large.get(part.name, "other")
                if category not in part.options:
                    message = f"{{{part.name}, plural}} has no form for {category}, which follows millions in {locale}"
                    yield problem(place, "missing-category", f"{text.context}: {message}", "add the form")


def too_long(content: Content) -> Iterator[Problem]:
    """Every text keeps the limit that its comment gives, whichever form is chosen and with long values."""
    limits: dict[str, tuple[int, Mapping[str, int]]] = {}
    for item in content.catalogs.entries:
        limit = read_limit(item.comments)
        if limit is None or not item.context or item.context.endswith(".answer"):
            continue  # answers have a softer limit, with the values they have today
        limits[item.context] = bounds = (limit, read_worst(item.comments))
        if item.translation:
            yield from _beyond(item.context, item.translation, item.locale, *bounds, place=item.location)
    for text in content.translatable:
        if text.domain == INTERFACE and (found := limits.get(text.context)):
            yield from _beyond(text.context, text.message, SOURCE_LOCALE, *found, place=text.location)


def stale_facts(content: Content) -> Iterator[Problem]:
    """No text holds a name, place or body that has changed in the facts since the text was written."""
    for item in content.catalogs.entries:
        if item.domain == KNOWLEDGE and item.translation:
            yield from _stale(content, item.context, "\n".join(item.comments), item.location)
    places = {text.context: text.location for text in content.translatable if text.domain == KNOWLEDGE}
    for entry in content.extracted:
        template = Location(path=content.template or content.knowledge.root, line=entry.linenum or 1)
        place = places.get(entry.msgctxt or "", template)
        yield from _stale(content, entry.msgctxt, entry.comment, place)


def stale_template(content: Content) -> Iterator[Problem]:
    """Translators are given the texts as they are now."""
    if content.template is None or not content.template.exists():
        return
    given = {entry.msgctxt: entry.msgid for entry in content.extracted}
    wanted = {text.context: text.message for text in content.translatable if text.domain == KNOWLEDGE}
    contexts = sorted(given.keys() | wanted.keys())
    changed = [context for context in contexts if given.get(context) != wanted.get(context)]
    if changed:
        more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
        message = f"not extracted since {', '.join(changed[:3])}{more} changed"
        advice = "run `alliance-bot translations update`"
        yield problem(Location(path=content.template), "stale-template", message, advice, "warning")


TRANSLATION_CHECKS: tuple[Callable[[Content], Iterator[Problem]], ...] = (
    untranslated,
    wrong_translations,
    bad_formats,
    millions,
    too_long,
    stale_facts,
    stale_template,
)


def _place(content: Content, locale: str, text: Translatable) -> Location | None:
    """Where a text stands in the catalog of a locale; the source locale has its texts in the knowledge."""
    if locale == SOURCE_LOCALE:
        return text.location
    item = content.in_catalogs.get((locale, text.domain, text.context))
    return item.location if item else None


def _plurals(message: str) -> Iterator[Plural]:
    try:
        parts = parse(message).parts
    except MessageSyntaxError:
        return  # reported where translations are compared
    yield from (part for part in walk(parts) if isinstance(part, Plural))


def _beyond(
    context: str, text: str, locale: str, limit: int, worst: Mapping[str, int], *, place: Location
) -> Iterator[Problem]:
    try:
        count = longest(text, locale, worst)
    except MessageSyntaxError:
        return  # reported where messages are read
    if count > limit:
        message = f"{context} can have {count} characters in {locale}; {limit} are the limit"
        yield problem(place, "too-long", message, "shorten it")


def _stale(content: Content, context: str | None, comment: str, place: Location) -> Iterator[Problem]:
    """Compare the values that a text was written with, as its comments name them, with those of the facts."""
    for fact_id, before in read_value_comments(comment).items():
        fact = content.knowledge.facts.get(fact_id)
        now = {value.wording for value in fact.values if value.value is None} if fact else before
        if before <= now:
            continue
        gone, come = " · ".join(sorted(before - now)), " · ".join(sorted(now - before)) or "gone"
        message = f"{context} was written when {fact_id} was “{gone}”; now it is “{come}”"
        yield problem(place, "stale-fact", message, f"correct the sentence, then {_REVIEW}", "warning")
