from __future__ import annotations

from pathlib import Path

import polib
import pytest

from bot.language.catalogs import load_catalogs
from bot.staff.glossary import Term
from bot.staff.lint import lint

ALLIANCE = Term(
    english=("World Digital Education Alliance",),
    abbreviation="WDEA",
    names={"fr": ("Alliance mondiale pour l’éducation numérique",)},
    own=frozenset(),
)


def codes(
    folder: Path,
    source: str,
    translation: str,
    *,
    locale: str = "fr",
    flags: tuple[str, ...] = (),
) -> list[str]:
    catalog = polib.POFile(wrapwidth=0)
    catalog.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Language": locale}
    catalog.append(polib.POEntry(msgctxt="a.answer", msgid=source, msgstr=translation, flags=list(flags)))
    path = folder / locale / "LC_MESSAGES"
    path.mkdir(parents=True)
    catalog.save(str(path / "knowledge.po"))
    catalogs, _ = load_catalogs(folder, domains=("knowledge",))
    return [problem.code for problem in lint(catalogs, (ALLIANCE,))]


@pytest.mark.parametrize(
    ("source", "translation", "expected"),
    [
        ("It was launched in {place}.", "Elle a été lancée à {place}.", []),
        ("It was launched in {place}.", "Elle a été lancée à {lieu}.", ["dropped-placeholder", "unknown-placeholder"]),
        ("Has it a charter?", "A-t-elle une charte ?", []),
        ("Has it a charter?", "Elle a une charte", ["other-ending"]),
        ("as of {date}", "date de référence : {date}", []),
        ("Nobody says that this is so.", "Nobody says that this is so.", ["left-english"]),
        ("Nobody says that this is so far.", "Personne ne dit that this is so.", ["left-english"]),
        ("It is the Alliance for the Future of Learning.", "C’est l’Alliance for the Future of Learning.", []),
        ("What is said of the plan?", "Ce qu’on dit (what is said of the plan) ?", []),
        ("WDEA", "WDEA", []),
        ("The World Digital Education Alliance began.", "L’Alliance mondiale pour l’éducation numérique est née.", []),
        ("The World Digital Education Alliance began.", "L’Alliance numérique mondiale est née.", ["other-name"]),
        ("Say it.", "Dites-le\u200f.", ["stray-mark"]),
        ("Say it.", "\u2067Dites-le.", ["unbalanced-marks"]),
        ("Say it.", "\u202eDites-le\u202c.", ["forced-direction"]),
    ],
)  # fmt: skip
def test_says_what_a_reader_would_stumble_over(
    tmp_path: Path, source: str, translation: str, expected: list[str]
) -> None:
    assert sorted(codes(tmp_path, source, translation)) == expected


@pytest.mark.parametrize(
    ("source", "locale", "expected"),
    [
        ("Related questions", "fr", ["left-english"]),  # two words, one of them no name
        ("Conversation", "fr", []),  # the same in both languages
        ("World Digital Education", "fr", []),  # a name
        ("Conversation", "ru", ["left-english"]),  # written in other letters there
        ("Related questions", "ar", ["left-english"]),
        ("UNESCO", "zh_Hans", []),
        ("Global Study Hub", "ru", []),
    ],
)
def test_a_text_that_is_the_same_in_both_languages_is_english_unless_it_may_be_a_name(
    tmp_path: Path, source: str, locale: str, expected: list[str]
) -> None:
    assert codes(tmp_path, source, source, locale=locale) == expected


def test_a_form_for_every_number_is_demanded(tmp_path: Path) -> None:
    found = codes(
        tmp_path,
        "{n, plural, one {# day} other {# days}}",
        "{n, plural, one {# день} other {# дней}}",
        locale="ru",
    )
    assert found == ["missing-category"]  # fmt: skip


def test_what_waits_for_review_is_not_looked_at(tmp_path: Path) -> None:
    assert codes(tmp_path, "Has it?", "A-t-elle", flags=("fuzzy",)) == []
