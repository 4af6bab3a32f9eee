"""How long a text can become, and whether every text keeps the limit in its comment."""

from __future__ import annotations

from pathlib import Path

import polib
import pytest

from bot.knowledge.checks import check
from bot.knowledge.entries import KnowledgeBase
from bot.language.catalogs import load_catalogs
from bot.language.limits import VALUE_LENGTH, length, longest, read_limit
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
    for entry, limit in limited:
        assert longest(entry.message, "en") <= limit, entry.context
        assert longest(entry.translation, entry.locale) <= limit, (entry.locale, entry.context)


def test_a_translation_that_is_too_long_is_a_problem_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "ru" / "LC_MESSAGES" / "bot.po"
    messages = {("topics.next", "Next page"): "Следующая страница " * 3, ("topics.back", "Back"): "Назад"}
    write_catalog(path, messages, comment="limit: 40 characters")
    catalogs, _ = load_catalogs(tmp_path, domains=("bot",))
    (problem,) = [p for p in check(KnowledgeBase(root=tmp_path), catalogs) if p.code == "too-long"]
    assert (problem.location.path, problem.location.line, problem.severity) == (path, 5, "error")
    assert problem.message == "topics.next can have 57 characters in ru; 40 are the limit"
