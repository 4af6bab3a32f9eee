from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import polib
import pytest
from typer.testing import CliRunner

from bot.cli.program import app
from bot.knowledge.loader import load_evaluation, load_knowledge
from bot.language.catalogs import load_catalogs
from bot.staff.beginning import new, to_write

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 11, 27)
LOCALE = "nl"  # a language that the project does not have
OTHERS = ("ar", "de", "en", "es", "fr", "pt", "ru", "zh_Hans")
WISH = f"follow-up-language-{LOCALE}"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project's own content."""
    for name in ("knowledge", "locales", "bot/language"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def phrasings(project: Path) -> Path:
    return project / "knowledge" / "phrasings" / f"{LOCALE}.yaml"


def test_all_files_of_a_language_are_made_and_can_be_read(project: Path) -> None:
    created = new(project, LOCALE, today=TODAY)
    assert [path.relative_to(project).as_posix() for path in created] == [
        f"locales/{LOCALE}/LC_MESSAGES/bot.po",
        f"locales/{LOCALE}/LC_MESSAGES/knowledge.po",
        f"knowledge/phrasings/{LOCALE}.yaml",
        f"knowledge/evaluation/{LOCALE}.yaml",
        f"knowledge/synonyms/{LOCALE}.yaml",
    ]
    knowledge, problems = load_knowledge(project / "knowledge")
    assert [
        *problems,
        *load_evaluation(project / "knowledge")[1],
        *load_catalogs(project / "locales")[1],
    ] == []
    assert knowledge.phrasings[LOCALE] == dict.fromkeys(knowledge.entries, ())


def test_each_file_says_how_it_is_filled(project: Path) -> None:
    catalog, _, phrased, evaluated, synonyms = new(project, LOCALE, today=TODAY)
    head = polib.pofile(str(catalog)).header
    assert "Write each translation into Dutch" in head
    assert "one (1); other (0, 2, 3 …)" in head
    assert "name-meaning:  # What does WDEA stand for?\n" in phrased.read_text("utf-8")
    assert "# --- The alliance ---" in phrased.read_text("utf-8")
    assert "#   decline: true" in evaluated.read_text("utf-8")
    assert "people ask in Dutch" in synonyms.read_text("utf-8")


def test_ways_to_ask_are_written_below_the_names_that_stand_there(project: Path) -> None:
    new(project, LOCALE, today=TODAY)
    text = phrasings(project).read_text("utf-8")
    asked = "name-meaning:  # What does WDEA stand for?\n"
    phrasings(project).write_text(text.replace(asked, f"{asked}  - Waar staat WDEA voor?\n"), "utf-8")
    knowledge, problems = load_knowledge(project / "knowledge")
    assert problems == ()
    assert knowledge.phrasings[LOCALE]["name-meaning"] == ("Waar staat WDEA voor?",)


def test_the_list_counts_what_is_left_in_the_order_of_writing(project: Path) -> None:
    interface = new(project, LOCALE, today=TODAY)[0]
    (project / "knowledge" / "golden.yaml").unlink(missing_ok=True)
    lines = list(to_write(project, LOCALE))
    places = [line.split(": ")[0].split(". ", 1)[1].removeprefix(f"{project}/") for line in lines[:-2]]
    assert places == [
        "knowledge/glossary.yaml",
        f"locales/{LOCALE}/LC_MESSAGES/bot.po",
        f"locales/{LOCALE}/LC_MESSAGES/knowledge.po",
        f"knowledge/phrasings/{LOCALE}.yaml",
        "knowledge/conversation.yaml",
        *(f"knowledge/phrasings/{other}.yaml" for other in OTHERS),
        "knowledge/names.yaml",
        f"knowledge/synonyms/{LOCALE}.yaml",
        f"knowledge/evaluation/{LOCALE}.yaml",
    ]
    assert f"where there is none and you translate it, {LOCALE} also goes into its list own:" in lines[0]
    messages = polib.pofile(str(interface), wrapwidth=0)
    assert f"{len(messages)} messages to translate" in lines[1]
    for message in messages:
        message.msgstr = "x"
    messages.save()
    assert not any("bot.po" in line for line in to_write(project, LOCALE))


def test_it_names_where_the_language_itself_can_be_asked_for(project: Path) -> None:
    new(project, LOCALE, today=TODAY)
    assert f"\n# {WISH}:  # ways to ask for Dutch\n" in phrasings(project).read_text("utf-8")
    conversation = project / "knowledge" / "conversation.yaml"
    text = conversation.read_text("utf-8")
    german = (
        text[text.index("- id: follow-up-language-de") :]
        .split("\n- id: ")[0]
        .replace("language-de", f"language-{LOCALE}")
    )
    conversation.write_text(f"{text}{german}\n", "utf-8")
    french = project / "knowledge" / "phrasings" / "fr.yaml"
    written = "".join(
        f"  - en néerlandais, façon {word}\n"
        for word in ["une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit"]
    )
    french.write_text(f"{french.read_text('utf-8')}{WISH}:\n{written}", "utf-8")
    waiting = [line for line in to_write(project, LOCALE) if WISH in line]
    assert [line.split(": ")[0].rpartition("/")[2] for line in waiting] == [
        f"{other}.yaml" for other in OTHERS if other != "fr"
    ]
    assert "ways or more to ask in German for Dutch" in waiting[1]


def test_a_language_whose_names_are_all_written_is_not_asked_for_them(project: Path) -> None:
    names = project / "knowledge" / "names.yaml"
    names.write_text("- id: liu-limin\n  names:\n    en: [Liu Limin]\n", "utf-8")
    new(project, LOCALE, today=TODAY)
    assert any(
        f"{names}: 1 of 1 names, in each its forms in Dutch" in line for line in to_write(project, LOCALE)
    )
    names.write_text(f"- id: liu-limin\n  names:\n    {LOCALE}: [Liu Limin]\n", "utf-8")
    assert not any("names.yaml" in line for line in to_write(project, LOCALE))


def test_questions_that_must_always_go_right_are_asked_for_where_there_are_any(project: Path) -> None:
    new(project, LOCALE, today=TODAY)
    golden = project / "knowledge" / "golden.yaml"
    golden.unlink(missing_ok=True)
    assert not any("golden.yaml" in line for line in to_write(project, LOCALE))
    golden.write_text('en:\n  "What is WDEA?": what-is-wdea\n', "utf-8")
    assert any(
        f"{golden}: the questions of en there, asked in Dutch" in line for line in to_write(project, LOCALE)
    )
    golden.write_text(f'{LOCALE}:\n  "Wat is WDEA?": what-is-wdea\n', "utf-8")
    assert not any("golden.yaml" in line for line in to_write(project, LOCALE))


def test_a_language_that_is_complete_has_nothing_left_to_write() -> None:
    assert next(to_write(ROOT, "fr")) == "Nothing is left to write."


def test_what_is_written_stays_when_the_command_is_given_again(project: Path) -> None:
    new(project, LOCALE, today=TODAY)
    phrasings(project).write_text("name-meaning:\n  - Waar staat WDEA voor?\n", "utf-8")
    result = CliRunner().invoke(app, ["translations", "new", LOCALE, "--root", str(project)])
    assert result.exit_code == 0
    assert "wrote" not in result.output
    assert phrasings(project).read_text("utf-8") == "name-meaning:\n  - Waar staat WDEA voor?\n"


@pytest.mark.parametrize(
    ("locale", "numbers"),
    [
        ("ru", "one (1, 21, 31 …); few (2, 3, 4 …); many (0, 5, 6 …); other (fractions)"),
        ("cy", "zero (0); one (1); two (2); few (3); many (6); other (4, 5, 7 …)"),
        ("ja", "other (0, 1, 2 …)"),
    ],
)
def test_the_plural_categories_are_named_with_numbers(project: Path, locale: str, numbers: str) -> None:
    for folder in project.joinpath("locales").iterdir():
        if folder.is_dir() and folder.name == locale:
            shutil.rmtree(folder)
    catalog = new(project, locale, today=TODAY)[0]
    assert numbers in polib.pofile(str(catalog)).header
