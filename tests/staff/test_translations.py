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
from typer.testing import CliRunner

from bot.cli.program import app
from bot.errors import CatalogError, KnowledgeError
from bot.knowledge.checks import check
from bot.knowledge.content import Content
from bot.knowledge.extract import read_value_comments
from bot.knowledge.loader import load_knowledge
from bot.language.catalogs import load_catalogs
from bot.staff.beginning import new
from bot.staff.pofiles import plural_forms
from bot.staff.templates import extract, templates
from bot.staff.translations import update

ROOT = Path(__file__).resolve().parents[2]
TODAY, LATER = date(2026, 11, 23), date(2026, 12, 3)
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
    update(project, today=TODAY)
    return project


def state(project: Path, context: str, locale: str = "fr") -> str:
    """How the bot serves a message of the knowledge."""
    content = Content(load_knowledge(project / "knowledge")[0], load_catalogs(project / "locales")[0])
    text = next(text for text in content.translatable if text.context == context)
    found = content.translation(locale, text)
    return found.state if found else "missing"


ANSWER = "launch-when.answer"
TOPIC = ("knowledge", "entries", "launch.yaml")


def test_what_is_checked_is_what_translators_are_given() -> None:
    knowledge, _ = load_knowledge(ROOT / "knowledge")
    catalogs, _ = load_catalogs(ROOT / "locales")
    checked = {
        (text.domain, text.context) for text in Content(knowledge=knowledge, catalogs=catalogs).translatable
    }
    given = {(domain, entry.msgctxt) for domain, template in templates(ROOT).items() for entry in template}
    assert checked == given


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


def test_words_of_every_page_are_extracted(project: Path) -> None:
    page = project / "bot" / "language" / "shop_texts.py"
    page.write_text('# Translators: a sign\nOPEN = pgettext("shop.open", "Open")\n', "utf-8")
    extract(project)
    (found,) = (
        one for one in polib.pofile(str(project / "locales" / "bot.pot")) if one.msgctxt == "shop.open"
    )
    assert (found.msgid, found.comment) == ("Open", "a sign")


def test_extracting_twice_changes_nothing(project: Path) -> None:
    extract(project)
    before = everything(project)
    extract(project)
    assert everything(project) == before


@pytest.mark.parametrize("locale", LOCALES)
def test_new_catalogs_pass_msgfmt_and_stay_as_they_are(project: Path, locale: str) -> None:
    created = new(project, locale, today=TODAY)
    assert created[:2] == (catalog(project, locale, "bot"), catalog(project, locale))
    for path in created[:2]:
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
    update(translated, today=TODAY)
    before = everything(translated)
    update(translated, today=TODAY)
    assert everything(translated) == before


def test_a_changed_wording_keeps_its_translation_as_fuzzy(translated: Path) -> None:
    edit(translated.joinpath(*TOPIC), "It was launched in", "It began in")
    update(translated, today=TODAY)
    found = entry(translated, ANSWER)
    assert found.msgid == "It began in Shanghai on {launch}."
    assert found.msgstr == "Elle a été lancée à Shanghai le {launch}."
    assert found.fuzzy
    assert found.previous_msgid == "It was launched in Shanghai on {launch}."
    assert not entry(translated, "launch-when.question").fuzzy


def test_the_wording_that_was_translated_is_noted_over_several_changes(translated: Path) -> None:
    for before, after in (("was launched in", "began in"), ("began in", "started in")):
        edit(translated.joinpath(*TOPIC), before, after)
        update(translated, today=TODAY)
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
        update(translated, today=TODAY)
    assert everything(translated) == before
    edit(translated.joinpath(*TOPIC), "in Shanghai on", "in Beijing on")
    update(translated, today=TODAY)
    found = entry(translated, ANSWER)
    assert found.fuzzy
    assert found.comment == "launch: Beijing\nlimit: 600 characters"
    assert found.msgstr == "Elle a été lancée à Shanghai le {launch}."


def test_a_changed_name_makes_the_translation_fuzzy_although_the_wording_is_the_same(
    translated: Path,
) -> None:
    edit(translated.joinpath(*TOPIC), "in Shanghai on", "there on")
    update(translated, today=TODAY)
    catalog(translated).write_text(catalog(translated).read_text("utf-8").replace("#, fuzzy\n", ""), "utf-8")
    edit(translated / "knowledge" / "facts.yaml", "value: Shanghai", "value: Beijing")
    update(translated, today=TODAY)
    assert entry(translated, ANSWER).fuzzy


def test_value_comments_that_an_editor_wrapped_are_read_whole(translated: Path) -> None:
    assert read_value_comments("launch: the city of\nShanghai, China\nlimit: 600 characters") == {
        "launch": {"the city of Shanghai, China"}
    }


def test_the_day_of_the_first_change_is_noted_where_editors_leave_it(translated: Path) -> None:
    edit(translated.joinpath(*TOPIC), "was launched in", "began in")
    update(translated, today=TODAY)
    assert entry(translated, ANSWER).tcomment == "stale-since: 2026-11-23"
    edit(translated.joinpath(*TOPIC), "began in", "started in")
    update(translated, today=LATER)
    assert entry(translated, ANSWER).tcomment == "stale-since: 2026-11-23, again 2026-12-03"
    update(translated, today=date(2027, 1, 1))
    assert entry(translated, ANSWER).tcomment == "stale-since: 2026-11-23, again 2026-12-03"


def test_taking_the_flag_away_makes_a_translation_current_and_tidies_up(translated: Path) -> None:
    edit(translated.joinpath(*TOPIC), "was launched in", "began in")
    update(translated, today=TODAY)
    edit(catalog(translated), "#, fuzzy\n", "")
    assert state(translated, ANSWER) == "current"
    update(translated, today=TODAY)
    found = entry(translated, ANSWER)
    assert (found.flags, found.previous_msgid, found.tcomment) == ([], None, "")
    edit(translated.joinpath(*TOPIC), "began in", "started in")
    update(translated, today=LATER)
    found = entry(translated, ANSWER)
    assert found.previous_msgid == "It began in Shanghai on {launch}."
    assert found.tcomment == "stale-since: 2026-12-03"


def test_a_flag_that_was_taken_away_just_before_the_next_change_counts(translated: Path) -> None:
    edit(translated.joinpath(*TOPIC), "was launched in", "began in")
    update(translated, today=TODAY)
    edit(catalog(translated), "#, fuzzy\n", "")
    edit(translated.joinpath(*TOPIC), "began in", "started in")
    assert update(translated, today=LATER).stale == {ANSWER: ("fr",)}
    assert entry(translated, ANSWER).previous_msgid == "It began in Shanghai on {launch}."


def test_a_change_that_is_taken_back_leaves_the_translation_current(translated: Path) -> None:
    before = catalog(translated).read_bytes()
    edit(translated.joinpath(*TOPIC), "was launched in", "began in")
    update(translated, today=TODAY)
    assert state(translated, ANSWER) == "stale"
    edit(translated.joinpath(*TOPIC), "began in", "was launched in")
    update(translated, today=LATER)
    assert catalog(translated).read_bytes() == before


def test_a_translation_that_somebody_doubted_stays_doubtful_when_a_change_is_taken_back(
    translated: Path,
) -> None:
    path = catalog(translated)
    edit(path, f'msgctxt "{ANSWER}"', f'#, fuzzy\nmsgctxt "{ANSWER}"')
    for before, after in (("was launched in", "began in"), ("began in", "was launched in")):
        edit(translated.joinpath(*TOPIC), before, after)
        update(translated, today=TODAY)
        update(translated, today=TODAY)
        assert entry(translated, ANSWER).fuzzy


# --- editorial edits ------------------------------------------------------------------------------


def test_an_editorial_edit_leaves_every_translation_current_and_is_noted(translated: Path) -> None:
    edit(translated.joinpath(*TOPIC), "was launched in", "began in")
    done = update(translated, today=TODAY, editorial=[ANSWER])
    found = entry(translated, ANSWER)
    assert (found.msgid, found.flags) == ("It began in Shanghai on {launch}.", [])
    assert found.msgstr == "Elle a été lancée à Shanghai le {launch}."
    assert found.tcomment == "same-meaning: in other words since 2026-11-23"
    assert (done.kept, done.stale) == ({ANSWER: ("fr",)}, {})
    before = everything(translated)
    update(translated, today=LATER)
    assert everything(translated) == before


def test_an_entry_stands_for_those_of_its_texts_that_have_changed(translated: Path) -> None:
    edit(translated.joinpath(*TOPIC), "was launched in", "began in")
    done = update(translated, today=TODAY, editorial=["launch-when"])
    assert done.kept == {ANSWER: ("fr",)}
    assert entry(translated, "launch-when.question").tcomment == ""


def test_only_what_is_named_stays_current(translated: Path) -> None:
    edit(translated.joinpath(*TOPIC), "was launched in", "began in")
    edit(translated.joinpath(*TOPIC), "When was it launched?", "When did it begin?")
    done = update(translated, today=TODAY, editorial=["launch-when.question"])
    assert done.stale == {ANSWER: ("fr",)}
    assert entry(translated, ANSWER).fuzzy


def test_a_text_of_the_interface_can_be_edited_too(translated: Path) -> None:
    path = catalog(translated, domain="bot")
    file = polib.pofile(str(path), wrapwidth=0)
    next(one for one in file if one.msgctxt == "topics.back").msgstr = "Tous les sujets"
    file.save()
    edit(translated / "bot" / "language" / "texts.py", "Back to all topics", "To all topics")
    done = update(translated, today=TODAY, editorial=["topics.back"])
    assert done.kept == {"topics.back": ("fr",)}
    found = next(one for one in polib.pofile(str(path)) if one.msgctxt == "topics.back")
    assert (found.msgid, found.msgstr, found.fuzzy) == ("To all topics", "Tous les sujets", False)


def test_an_edit_can_be_called_editorial_after_an_update_made_its_translations_stale(
    translated: Path,
) -> None:
    edit(translated.joinpath(*TOPIC), "was launched in", "began in")
    update(translated, today=TODAY)
    update(translated, today=LATER, editorial=[ANSWER])
    found = entry(translated, ANSWER)
    assert (found.flags, found.previous_msgid) == ([], None)
    assert found.tcomment == "same-meaning: in other words since 2026-12-03"


def test_what_was_stale_before_an_editorial_edit_stays_stale(translated: Path) -> None:
    edit(translated.joinpath(*TOPIC), "was launched in Shanghai", "was proposed in Shanghai")
    update(translated, today=TODAY)
    new(translated, "ru", today=TODAY)
    path = catalog(translated, "ru")
    file = polib.pofile(str(path), wrapwidth=0)
    next(one for one in file if one.msgctxt == ANSWER).msgstr = "Предложен в Шанхае {launch}."
    file.save()
    edit(translated.joinpath(*TOPIC), "was proposed in", "was suggested in")
    done = update(translated, today=LATER, editorial=[ANSWER])
    assert (done.kept, done.stale_still) == ({ANSWER: ("ru",)}, {ANSWER: ("fr",)})
    found = entry(translated, ANSWER)
    assert found.fuzzy
    assert found.previous_msgid == "It was launched in Shanghai on {launch}."
    assert found.tcomment == "stale-since: 2026-11-23"


def test_a_text_that_changed_twice_needs_eyes(translated: Path) -> None:
    for before, after in (("was launched in", "began in"), ("began in", "started in")):
        edit(translated.joinpath(*TOPIC), before, after)
        update(translated, today=TODAY)
    before_it = everything(translated)
    with pytest.raises(CatalogError, match="stays stale in fr: translate it there"):
        update(translated, today=TODAY, editorial=[ANSWER])
    assert everything(translated) == before_it


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("launch-whem", 'did you mean "launch-when"?'),
        ("launch-when.anser", 'did you mean "launch-when.answer"?'),
        ("topics.bak", 'did you mean "topics.back"?'),
        ("qqqqqq", "msgctxt"),
        (ANSWER, "has not changed"),
        ("launch-when", "has not changed"),
    ],
)
def test_an_editorial_edit_of_nothing_is_refused_and_nothing_is_written(
    translated: Path, name: str, advice: str
) -> None:
    edit(translated.joinpath(*TOPIC), "title: The launch", "title: Launch")
    before = everything(translated)
    with pytest.raises(CatalogError) as caught:
        update(translated, today=TODAY, editorial=["topic.launch.title", name])
    assert name in str(caught.value)
    assert advice in str(caught.value)
    assert everything(translated) == before


def test_an_editorial_edit_holds_in_every_language(translated: Path) -> None:
    edit(translated.joinpath(*TOPIC), "was launched in", "began in")
    with pytest.raises(CatalogError, match="every language"):
        update(translated, ["fr"], today=TODAY, editorial=[ANSWER])


def test_the_command_names_what_became_stale_and_how_to_say_that_it_means_the_same(translated: Path) -> None:
    edit(translated.joinpath(*TOPIC), "was launched in", "began in")
    arguments = ["translations", "update", "--root", str(translated)]
    result = CliRunner().invoke(app, arguments)
    assert "launch-when.answer: stale: fr\n" in result.stderr
    assert "`alliance-bot translations update --editorial launch-when.answer`" in result.stderr
    result = CliRunner().invoke(app, [*arguments, "--editorial", ANSWER])
    assert result.stderr == "launch-when.answer: current, in other words now: fr\n"
    assert CliRunner().invoke(app, arguments).stderr == ""


# --- values of facts ------------------------------------------------------------------------------


KINDS = {  # a value of each kind that stands in sentences as a placeholder -> another one
    "type: number, value: 43": "type: number, value: 44",
    "type: number, value: 43, unit: countries": "type: number, value: 51, unit: countries",
    "type: year, value: 2024": "type: year, value: 2025",
    "type: date, value: 2024-01-30": "type: date, value: 2024-02-01",
    "type: date, value: 2024-01": "type: date, value: 2024-02",
    "type: money, value: {value: 15, currency: USD}": "type: money, value: {value: 17, currency: EUR}",
    "type: link, value: https://example.org/a": "type: link, value: https://example.org/b",
    "type: phone, value: +86 10 1234": "type: phone, value: +86 10 4321",
}


@pytest.mark.parametrize("value", KINDS)
def test_a_new_number_date_amount_or_address_makes_nothing_stale(translated: Path, value: str) -> None:
    facts = translated / "knowledge" / "facts.yaml"
    edit(facts, "type: date, value: 2024-01-30", value)
    update(translated, today=TODAY)
    before = everything(translated)
    assert state(translated, ANSWER) == "current"
    edit(facts, value, KINDS[value])
    knowledge, problems = load_knowledge(translated / "knowledge")
    assert problems == ()
    done = update(translated, today=LATER)
    assert (done.stale, everything(translated)) == ({}, before)
    assert state(translated, ANSWER) == "current"
    values = knowledge.values_for(knowledge.entries["launch-when"])
    assert list(values)  # the sentence has a value to write


@pytest.mark.parametrize("kind", ["org", "person", "place", "text"])
def test_a_new_name_makes_the_sentences_that_it_stands_in_stale(translated: Path, kind: str) -> None:
    facts = translated / "knowledge" / "facts.yaml"
    edit(facts, "type: place, value: Shanghai", f"type: {kind}, value: Shanghai")
    update(translated, today=TODAY)
    edit(facts, "value: Shanghai", "value: Beijing")
    edit(translated.joinpath(*TOPIC), "in Shanghai on", "in Beijing on")
    assert update(translated, today=LATER).stale == {ANSWER: ("fr",)}


def test_new_messages_are_empty_even_when_they_look_like_others(translated: Path) -> None:
    path = translated.joinpath(*TOPIC)
    path.write_text(
        path.read_text("utf-8")
        + "  - id: other\n    question: When was it launched!\n    answer: No.\n    sources: [page]\n"
    )
    update(translated, today=TODAY)
    found = entry(translated, "other.question")
    assert (found.msgstr, found.fuzzy) == ("", False)


def test_a_message_that_is_gone_keeps_its_translation_out_of_use_until_it_returns(translated: Path) -> None:
    path = translated.joinpath(*TOPIC)
    before = catalog(translated).read_bytes()
    edit(path, "id: launch-when", "id: elsewhere")
    update(translated, today=TODAY)
    gone = entry(translated, ANSWER)
    assert gone.obsolete
    assert gone.msgstr == "Elle a été lancée à Shanghai le {launch}."
    subprocess.run(["msgfmt", "--check", "--output-file=/dev/null", str(catalog(translated))], check=True)
    edit(path, "id: elsewhere", "id: launch-when")
    update(translated, today=TODAY)
    assert catalog(translated).read_bytes() == before


def test_notes_of_translators_are_kept(translated: Path) -> None:
    edit(
        catalog(translated),
        '#: knowledge/entries/launch.yaml\nmsgctxt "topic',
        '# Sans article.\nmsgctxt "topic',
    )
    edit(translated.joinpath(*TOPIC), "title: The launch", "title: Launch")
    update(translated, today=TODAY)
    assert entry(translated, "topic.launch.title").tcomment == "Sans article.\nstale-since: 2026-11-23"


def test_only_the_named_languages_are_updated(translated: Path) -> None:
    new(translated, "ru", today=TODAY)
    before = catalog(translated).read_bytes(), catalog(translated, "ru").read_bytes()
    edit(translated.joinpath(*TOPIC), "When was it", "When, then, was it")
    update(translated, ["ru"], today=TODAY)
    assert catalog(translated).read_bytes() == before[0]
    assert catalog(translated, "ru").read_bytes() != before[1]


def test_a_language_without_a_folder_is_refused(translated: Path) -> None:
    with pytest.raises(CatalogError, match="de"):
        update(translated, ["de"], today=TODAY)


def test_a_broken_catalog_is_not_overwritten(translated: Path) -> None:
    catalog(translated).write_text('msgid "a\n', "utf-8")
    with pytest.raises(CatalogError, match=r"knowledge\.po:1:1: error catalog-syntax"):
        update(translated, today=TODAY)
    assert catalog(translated).read_text("utf-8") == 'msgid "a\n'


def test_a_broken_knowledge_file_leaves_the_template_alone(translated: Path) -> None:
    before = everything(translated)
    edit(translated.joinpath(*TOPIC), "order: 1", "order: *x")
    with pytest.raises(KnowledgeError):
        update(translated, today=TODAY)
    assert everything(translated) == before


def test_a_folder_without_the_project_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogError):
        extract(tmp_path)
