"""How long a text can become, and whether every text keeps the limit in its comment."""

from __future__ import annotations

from pathlib import Path

import polib
import pytest

from bot.knowledge.checks import check
from bot.knowledge.entries import KnowledgeBase
from bot.knowledge.loader import load_knowledge
from bot.language.catalogs import load_catalogs
from bot.language.formats import own_name
from bot.language.limits import VALUE_LENGTH, length, longest, read_limit, read_worst
from bot.staff.templates import extract
from bot.telegram import profile
from bot.telegram.cutting import utf16_length
from bot.telegram.render import MAX_ALERT, MAX_LABEL
from tests.conftest import ROOT
from tests.knowledge.test_checks import write_catalog

LOCALES = ("ar", "de", "es", "fr", "pt", "ru", "zh_Hans")
TEMPLATE = polib.pofile((ROOT / "locales" / "bot.pot").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("message", "locale", "expected"),
    [
        ("Back", "en", 4),
        ("𝒜😀", "en", 4),
        ("To {name}!", "en", 4 + VALUE_LENGTH + 2),
        ("{n, plural, one {a day} other {# days}}", "en", len("1,000,000 days") + 2),
        ("{n, plural, =0 {never ever} one {#} few {#} many {#} other {#}}", "ru", len("1 000 000") + 2),
        ("{kind, select, a {one} other {eleven}}", "en", 6),
    ],
)
def test_the_longest_form_counts(message: str, locale: str, expected: int) -> None:
    assert longest(message, locale) == expected


def test_what_is_known_of_a_value_counts_in_its_place() -> None:
    worst = read_worst(
        ["a button.", "limit: 20 characters", "{count}: up to 99", "{name}: up to 7 characters"]
    )
    assert worst == {"count": 99, "name": 7}
    assert longest("To {name}!", "en", worst) == 4 + 7 + 2
    assert (
        longest("{count, plural, one {Source} other {Sources (#)}}", "en", worst) == len("Sources (99)") + 2
    )
    assert longest("To {other}!", "en", worst) == 4 + VALUE_LENGTH + 2


def test_a_limit_is_read_from_the_comments() -> None:
    assert read_limit(["first message of the bot.", "limit: 120 characters"]) == 120
    assert read_limit(["at most a line"]) is None


def test_characters_are_counted_alike_where_texts_are_checked_and_where_they_are_sent() -> None:
    for text in ("abc", "😀", "\ud800", "ä̈"):
        assert length(text) == utf16_length(text)


def test_every_text_with_a_limit_at_telegram_says_so() -> None:
    limits = {entry.msgctxt: read_limit(entry.comment.splitlines()) for entry in TEMPLATE}
    shown = {f"command.{command}": profile.MAX_COMMAND_TEXT for command in profile.COMMANDS}
    shown |= {"profile.name": profile.MAX_NAME, "profile.short": profile.MAX_SHORT_DESCRIPTION}
    assert {context: limits[context] for context in shown} == shown
    assert (
        limits["profile.description"] or 999
    ) < profile.MAX_DESCRIPTION  # a line about the operator follows
    assert limits["other.button_old"] == MAX_ALERT
    labels = [
        context for context in limits if context.startswith(("button.", "topics.n", "topics.p", "topics.b"))
    ]
    assert {context for context in labels if context != "topics.page" and not limits[context]} == set()
    assert all((limits[context] or 0) <= MAX_LABEL for context in labels)


def test_comments_of_catalogs_give_the_limits_of_the_code(tmp_path: Path) -> None:
    (tmp_path / "bot").symlink_to(ROOT / "bot")
    (tmp_path / "knowledge").symlink_to(ROOT / "knowledge")
    (tmp_path / "locales").mkdir()
    extract(tmp_path)
    wanted = {entry.msgctxt: entry.comment for entry in polib.pofile(str(tmp_path / "locales" / "bot.pot"))}
    for locale in LOCALES:
        catalog = polib.pofile(str(ROOT / "locales" / locale / "LC_MESSAGES" / "bot.po"))
        given = {entry.msgctxt: entry.comment for entry in catalog if not entry.obsolete}
        assert given == wanted


def test_every_text_keeps_its_limit_in_every_language() -> None:
    entries = load_catalogs(ROOT / "locales", domains=("bot",))[0].entries
    limited = [(entry, limit) for entry in entries if (limit := read_limit(entry.comments))]
    assert len(limited) > 15 * len(LOCALES)
    assert {"card.source", "card.language_back", "card.current"} <= {entry.context for entry, _ in limited}
    for entry, limit in limited:
        worst = read_worst(entry.comments)
        assert longest(entry.message, "en", worst) <= limit, entry.context
        assert longest(entry.translation, entry.locale, worst) <= limit, (entry.locale, entry.context)


def test_what_comments_say_of_values_is_true() -> None:
    knowledge, _ = load_knowledge(ROOT / "knowledge")
    said = {entry.msgctxt: read_worst(entry.comment.splitlines()) for entry in TEMPLATE}
    names = max(length(own_name(locale)) for locale in ("en", *LOCALES))
    for context in ("card.language_back", "card.current"):
        assert names <= said[context]["language"] <= 2 * names + 2
    assert max(len(entry.sources) for entry in knowledge.entries.values()) <= said["card.source"]["count"]


def test_a_translation_may_use_the_room_that_is_known(tmp_path: Path) -> None:
    path = tmp_path / "ru" / "LC_MESSAGES" / "bot.po"
    messages = {("card.current", "Current text: {language}"): "Актуальный текст{language}!" + "!" * 2}
    for comment, faults in (
        ("limit: 40 characters\n{language}: up to 19 characters", 0),
        ("limit: 40 characters\n{language}: up to 20 characters", 1),
        ("limit: 40 characters", 2),  # the English text as well
    ):
        write_catalog(path, messages, comment=comment)
        catalogs, _ = load_catalogs(tmp_path, domains=("bot",))
        found = [p for p in check(KnowledgeBase(root=tmp_path), catalogs) if p.code == "too-long"]
        assert len(found) == faults, comment


def test_a_translation_that_is_too_long_is_a_problem_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "ru" / "LC_MESSAGES" / "bot.po"
    messages = {("topics.next", "Next page"): "Следующая страница " * 3, ("topics.back", "Back"): "Назад"}
    write_catalog(path, messages, comment="limit: 40 characters")
    catalogs, _ = load_catalogs(tmp_path, domains=("bot",))
    (problem,) = [p for p in check(KnowledgeBase(root=tmp_path), catalogs) if p.code == "too-long"]
    assert (problem.location.path, problem.location.line, problem.severity) == (path, 5, "error")
    assert problem.message == "topics.next can have 57 characters in ru; 40 are the limit"
