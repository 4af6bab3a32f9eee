from __future__ import annotations

import gettext
import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polib
import pytest
from babel import Locale

from bot.errors import CatalogError, KnowledgeError
from bot.knowledge.checks import check
from bot.knowledge.extract import read_value_comments
from bot.knowledge.loader import load_knowledge
from bot.language.catalogs import load_catalogs
from bot.staff.translations import extract, new, plural_forms, update

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 11, 23)
LOCALES = ("ar", "de", "es", "fr", "pt", "ru", "zh_Hans")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project: the real interface, a topic, two facts."""
    interface = tmp_path / "bot" / "language" / "texts.py"
    interface.parent.mkdir(parents=True)
    shutil.copy(ROOT / "bot" / "language" / "texts.py", interface)
    knowledge = tmp_path / "knowledge"
    (knowledge / "entries").mkdir(parents=True)
    (knowledge / "sources.yaml").write_text(
        "- {id: page, title: A page, publisher: P, language: en, checked_on: 2026-11-23}\n"
    )
    (knowledge / "facts.yaml").write_text(
        "- id: launch\n  topic: launch\n  statement: S.\n  as_of: 2024-01-30\n  source: page\n"
        "  confidence: high\n  values:\n    - {type: place, value: Shanghai}\n"
        "    - {type: date, value: 2024-01-30}\n"
    )
    (knowledge / "entries" / "launch.yaml").write_text(
        "title: The launch\norder: 1\nentries:\n  - id: launch-when\n    question: When was it launched?\n"
        "    answer: It was launched in Shanghai on {launch}.\n    facts: [launch]\n"
    )
    return tmp_path


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")


def catalog(project: Path, locale: str = "fr", domain: str = "knowledge") -> Path:
    return project / "locales" / locale / "LC_MESSAGES" / f"{domain}.po"


def translate(project: Path, **translations: str) -> None:
    path = catalog(project)
    file = polib.pofile(str(path), wrapwidth=0)
    for entry in file:
        entry.msgstr = translations.get(entry.msgctxt.replace("-", "_").replace(".", "_"), entry.msgstr)
    file.save()


def entry(project: Path, context: str) -> polib.POEntry:
    file = polib.pofile(catalog(project).read_text("utf-8"), wrapwidth=0)
    found = [one for one in file if one.msgctxt == context]
    assert len(found) == 1
    return found[0]


def everything(project: Path) -> dict[Path, tuple[bytes, int]]:
    files = (project / "locales").rglob("*.po*")
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


@pytest.fixture
def translated(project: Path) -> Path:
    """The small project with a French catalog."""
    new(project, "fr", today=TODAY)
    translate(
        project,
        launch_when_question="Quand a-t-elle été lancée ?",
        launch_when_answer="Elle a été lancée à Shanghai le {launch}.",
        topic_launch_title="Le lancement",
    )
    update(project)
    return project


ANSWER = "launch-when.answer"
TOPIC = ("knowledge", "entries", "launch.yaml")


def test_templates_name_files_without_lines_and_hold_comments(project: Path) -> None:
    extract(project)
    text = (project / "locales" / "knowledge.pot").read_text("utf-8")
    assert (
        "#. launch: Shanghai\n#. limit: 600 characters\n#: knowledge/entries/launch.yaml\n"
        'msgctxt "launch-when.answer"\nmsgid "It was launched in Shanghai on {launch}."\nmsgstr ""\n'
    ) in text
    interface = polib.pofile(str(project / "locales" / "bot.pot"))
    start = next(one for one in interface if one.msgctxt == "start.text")
    assert start.comment.startswith("first message of the bot")
    assert start.occurrences == [("bot/language/texts.py", "")]
    assert all(one.msgctxt and not one.flags for one in interface)


def test_extracting_twice_changes_nothing(project: Path) -> None:
    extract(project)
    before = everything(project)
    extract(project)
    assert everything(project) == before


@pytest.mark.parametrize("locale", LOCALES)
def test_new_catalogs_pass_msgfmt_and_stay_as_they_are(project: Path, locale: str) -> None:
    created = new(project, locale, today=TODAY)
    assert created == (catalog(project, locale, "bot"), catalog(project, locale))
    for path in created:
        result = subprocess.run(
            ["msgfmt", "--check", "--output-file=/dev/null", str(path)],
            capture_output=True,
            text=True,
            check=True,
        )
        assert result.stderr == ""
    before = everything(project)
    assert new(project, locale, today=date(2027, 1, 1)) == ()
    assert everything(project) == before


@pytest.mark.parametrize("locale", ["en", "zh-hans", "xx", ""])
def test_a_language_that_cannot_have_a_catalog_is_refused(project: Path, locale: str) -> None:
    with pytest.raises(CatalogError):
        new(project, locale, today=TODAY)


@pytest.mark.parametrize("locale", [*LOCALES, "en", "tr", "he", "lv", "pl", "cy", "hi", "id"])
def test_plural_forms_are_those_of_cldr(locale: str) -> None:
    header = plural_forms(locale)
    number, _, rule = header.rstrip(";").partition("; plural=")
    choose: Callable[[int], int] = gettext.c2py(rule)
    cldr = Locale.parse(locale).plural_form
    order = [tag for tag in ("zero", "one", "two", "few", "many") if tag in cldr.tags] + ["other"]
    assert number == f"nplurals={len(order)}"
    for n in [*range(1_100), 1_000_000, 2_000_000, 1_000_001]:
        assert order[choose(n)] == cldr(n), n


def test_a_second_update_changes_no_byte(translated: Path) -> None:
    edit(translated.joinpath(*TOPIC), "When was it launched?", "When was that?")
    edit(translated.joinpath(*TOPIC), "launch-when", "launch-date")
    update(translated)
    before = everything(translated)
    update(translated)
    assert everything(translated) == before


def test_a_changed_wording_keeps_its_translation_as_fuzzy(translated: Path) -> None:
    edit(translated.joinpath(*TOPIC), "It was launched in", "It began in")
    update(translated)
    found = entry(translated, ANSWER)
    assert found.msgid == "It began in Shanghai on {launch}."
    assert found.msgstr == "Elle a été lancée à Shanghai le {launch}."
    assert found.fuzzy
    assert found.previous_msgid == "It was launched in Shanghai on {launch}."
    assert not entry(translated, "launch-when.question").fuzzy


def test_the_wording_that_was_translated_is_noted_over_several_changes(translated: Path) -> None:
    for before, after in (("was launched in", "began in"), ("began in", "started in")):
        edit(translated.joinpath(*TOPIC), before, after)
        update(translated)
    assert entry(translated, ANSWER).previous_msgid == "It was launched in Shanghai on {launch}."


def test_a_changed_name_is_first_corrected_in_the_english_sentence(translated: Path) -> None:
    edit(translated / "knowledge" / "facts.yaml", "value: Shanghai", "value: Beijing")
    knowledge, _ = load_knowledge(translated / "knowledge")
    catalogs, _ = load_catalogs(translated / "locales")
    template = translated / "locales" / "knowledge.pot"
    problems = [p for p in check(knowledge, catalogs, template=template) if p.code == "stale-fact"]
    assert {p.location.path for p in problems} == {translated.joinpath(*TOPIC), catalog(translated)}
    before = everything(translated)
    with pytest.raises(CatalogError, match=r"launch\.yaml:\d+.*still says “Shanghai”; .*now “Beijing”"):
        update(translated)
    assert everything(translated) == before
    edit(translated.joinpath(*TOPIC), "in Shanghai on", "in Beijing on")
    update(translated)
    found = entry(translated, ANSWER)
    assert found.fuzzy
    assert found.comment == "launch: Beijing\nlimit: 600 characters"
    assert found.msgstr == "Elle a été lancée à Shanghai le {launch}."


def test_a_changed_name_makes_the_translation_fuzzy_although_the_wording_is_the_same(
    translated: Path,
) -> None:
    edit(translated.joinpath(*TOPIC), "in Shanghai on", "there on")
    update(translated)
    catalog(translated).write_text(catalog(translated).read_text("utf-8").replace("#, fuzzy\n", ""), "utf-8")
    edit(translated / "knowledge" / "facts.yaml", "value: Shanghai", "value: Beijing")
    update(translated)
    assert entry(translated, ANSWER).fuzzy


def test_value_comments_that_an_editor_wrapped_are_read_whole(translated: Path) -> None:
    assert read_value_comments("launch: the city of\nShanghai, China\nlimit: 600 characters") == {
        "launch": {"the city of Shanghai, China"}
    }


def test_a_changed_number_or_date_leaves_the_translation_alone(translated: Path) -> None:
    before = everything(translated)
    edit(translated / "knowledge" / "facts.yaml", "value: 2024-01-30", "value: 2024-01-31")
    update(translated)
    assert everything(translated) == before


def test_new_messages_are_empty_even_when_they_look_like_others(translated: Path) -> None:
    path = translated.joinpath(*TOPIC)
    path.write_text(
        path.read_text("utf-8")
        + "  - id: other\n    question: When was it launched!\n    answer: No.\n    sources: [page]\n"
    )
    update(translated)
    found = entry(translated, "other.question")
    assert (found.msgstr, found.fuzzy) == ("", False)


def test_a_message_that_is_gone_keeps_its_translation_out_of_use_until_it_returns(translated: Path) -> None:
    path = translated.joinpath(*TOPIC)
    before = catalog(translated).read_bytes()
    edit(path, "id: launch-when", "id: elsewhere")
    update(translated)
    gone = entry(translated, ANSWER)
    assert gone.obsolete
    assert gone.msgstr == "Elle a été lancée à Shanghai le {launch}."
    subprocess.run(["msgfmt", "--check", "--output-file=/dev/null", str(catalog(translated))], check=True)
    edit(path, "id: elsewhere", "id: launch-when")
    update(translated)
    assert catalog(translated).read_bytes() == before


def test_notes_of_translators_are_kept(translated: Path) -> None:
    edit(
        catalog(translated),
        '#: knowledge/entries/launch.yaml\nmsgctxt "topic',
        '# Sans article.\nmsgctxt "topic',
    )
    edit(translated.joinpath(*TOPIC), "title: The launch", "title: Launch")
    update(translated)
    assert entry(translated, "topic.launch.title").tcomment == "Sans article."


def test_only_the_named_languages_are_updated(translated: Path) -> None:
    new(translated, "ru", today=TODAY)
    before = catalog(translated).read_bytes(), catalog(translated, "ru").read_bytes()
    edit(translated.joinpath(*TOPIC), "When was it", "When, then, was it")
    update(translated, ["ru"])
    assert catalog(translated).read_bytes() == before[0]
    assert catalog(translated, "ru").read_bytes() != before[1]


def test_a_language_without_a_folder_is_refused(translated: Path) -> None:
    with pytest.raises(CatalogError, match="de"):
        update(translated, ["de"])


def test_a_broken_catalog_is_not_overwritten(translated: Path) -> None:
    catalog(translated).write_text('msgid "a\n', "utf-8")
    with pytest.raises(CatalogError, match=r"knowledge\.po:1:1: error catalog-syntax"):
        update(translated)
    assert catalog(translated).read_text("utf-8") == 'msgid "a\n'


def test_a_broken_knowledge_file_leaves_the_template_alone(translated: Path) -> None:
    before = everything(translated)
    edit(translated.joinpath(*TOPIC), "order: 1", "order: *x")
    with pytest.raises(KnowledgeError):
        update(translated)
    assert everything(translated) == before


def test_a_folder_without_the_project_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogError):
        extract(tmp_path)
