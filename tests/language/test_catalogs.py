import subprocess
import sys
from pathlib import Path

import pytest

from bot.language.catalogs import Catalogs, load_catalogs
from bot.language.formats import Number
from bot.language.pofile import MAX_FILE_SIZE
from bot.language.texts import Text
from bot.types import Problem

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'

GREETING = Text("start.text", "Hello {name}")
COUNT = Text("count", "{n, plural, one {# answer} other {# answers}}")


def entry(context: str, message: str, translation: str, *, before: str = "") -> str:
    return f'\n{before}msgctxt "{context}"\nmsgid "{message}"\nmsgstr "{translation}"\n'


def write(root: Path, locale: str, text: str | bytes, *, domain: str = "bot") -> Path:
    path = root / locale / "LC_MESSAGES" / f"{domain}.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else (HEADER + text).encode())
    return path


def load(root: Path) -> tuple[Catalogs, tuple[Problem, ...]]:
    return load_catalogs(root, domains=("bot",))


def found(problems: tuple[Problem, ...]) -> list[tuple[int, str]]:
    return [(problem.location.line, problem.code) for problem in problems]


def test_a_translation_is_current_stale_or_missing(tmp_path: Path) -> None:
    write(
        tmp_path,
        "fr",
        entry("a", "A", "Ah")
        + entry("b", "old B", "Bé")
        + entry("c", "C", "Cé", before="#, fuzzy\n")
        + entry("d", "D", "")
        + '\n#~ msgctxt "e"\n#~ msgid "E"\n#~ msgstr "Eh"\n',
    )
    catalogs, problems = load(tmp_path)
    assert problems == ()
    answers = {
        context: catalogs.lookup("fr", "bot", context, message)
        for context, message in (("a", "A"), ("b", "B"), ("c", "C"), ("d", "D"), ("e", "E"), ("f", "F"))
    }
    assert {context: (t.text, t.locale, t.state) for context, t in answers.items()} == {
        "a": ("Ah", "fr", "current"),
        "b": ("Bé", "fr", "stale"),
        "c": ("Cé", "fr", "stale"),
        "d": ("D", "en", "missing"),
        "e": ("E", "en", "missing"),
        "f": ("F", "en", "missing"),
    }


def test_the_same_message_may_have_one_translation_for_each_context(tmp_path: Path) -> None:
    write(tmp_path, "fr", entry("a", "Open", "Ouvrir") + entry("b", "Open", "Ouvert"))
    catalogs, _ = load(tmp_path)
    assert [catalogs.lookup("fr", "bot", context, "Open").text for context in "ab"] == ["Ouvrir", "Ouvert"]


def test_locales_start_with_the_source_locale(tmp_path: Path) -> None:
    for locale in ("zh_Hans", "ar", "fr"):
        write(tmp_path, locale, "")
    assert load(tmp_path)[0].locales == ("en", "ar", "fr", "zh_Hans")


def test_lookup_falls_back_along_the_chain(tmp_path: Path) -> None:
    write(tmp_path, "pt", entry("a", "A", "pt a") + entry("b", "B", "pt b"))
    write(tmp_path, "pt_PT", entry("a", "A", "pt_PT a"))
    catalogs, _ = load(tmp_path)

    def text(locale: str, context: str) -> tuple[str, str, str]:
        answer = catalogs.lookup(locale, "bot", context, context.upper())
        return answer.text, answer.locale, answer.state

    assert text("pt_PT", "a") == ("pt_PT a", "pt_PT", "current")
    assert text("pt_PT", "b") == ("pt b", "pt", "current")
    assert text("pt_AO", "a") == ("pt_PT a", "pt_PT", "current")
    assert text("pt_BR", "a") == ("pt a", "pt", "current")
    assert text("de", "a") == ("A", "en", "missing")
    assert text("garbage", "a") == ("A", "en", "missing")
    assert text("en", "a") == ("A", "en", "current")
    assert text("en_GB", "a") == ("A", "en", "current")


def test_text_formats_in_the_locale_of_the_translation(tmp_path: Path) -> None:
    plural = "{n, plural, one {# ответ} few {# ответа} many {# ответов} other {# ответа}}"
    write(tmp_path, "ru", entry(COUNT.context, COUNT.message, plural))
    write(tmp_path, "ar", entry(GREETING.context, GREETING.message, "مرحبا {name}"))
    catalogs, problems = load(tmp_path)
    assert problems == ()
    assert catalogs.text("ru", COUNT, n=22) == "22 ответа"
    assert catalogs.text("ru", COUNT, n=Number(5)) == "5 ответов"
    assert catalogs.text("ar", COUNT, n=1) == "1 answer"
    assert catalogs.text("ar", GREETING, name="WDEA") == "مرحبا \u2068WDEA\u2069"
    assert catalogs.text("fr", GREETING, name="WDEA") == "Hello WDEA"


def test_a_stale_text_that_needs_other_values_gives_way_to_its_source(tmp_path: Path) -> None:
    write(tmp_path, "fr", entry(GREETING.context, "Hello {person}", "Bonjour {person}"))
    catalogs, problems = load(tmp_path)
    assert problems == ()
    assert catalogs.text("fr", GREETING, name="you") == "Hello you"


def test_faults_of_interface_texts_are_problems_and_the_source_is_served(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "ru",
        entry(GREETING.context, GREETING.message, "Привет")
        + entry(COUNT.context, COUNT.message, "{n, plural, one {#} other {#}}")
        + entry("broken", "Text", "Текст {"),
    )
    catalogs, problems = load(tmp_path)
    assert found(problems) == [(4, "dropped-placeholder"), (8, "missing-category"), (12, "message-syntax")]
    assert all(problem.location.path == path and problem.severity == "error" for problem in problems)
    assert problems[0].message.startswith("start.text: ")
    assert catalogs.text("ru", COUNT, n=2) == "2 answers"
    assert len(catalogs.entries) == 3


def test_entries_tell_checks_all_they_need(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "fr",
        entry(
            "x.answer", "A {n}", "B {n}", before="#. launch-place: Shanghai\n#. limit: 600\n#: file.yaml:3\n"
        )
        + entry("y.answer", "C", "D'", before="#, fuzzy\n"),
        domain="knowledge",
    )
    catalogs, problems = load_catalogs(tmp_path, domains=("knowledge",))
    assert problems == ()
    first, second = catalogs.entries
    assert (first.locale, first.domain, first.context) == ("fr", "knowledge", "x.answer")
    assert (first.message, first.translation, first.fuzzy) == ("A {n}", "B {n}", False)
    assert first.comments == ("launch-place: Shanghai", "limit: 600")
    assert (first.location.path, first.location.line) == (path, 4)
    assert second.fuzzy


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", []),
        (HEADER.encode().replace(b"\n", b"\r\n"), []),
        (b"\xef\xbb\xbf" + HEADER.encode(), []),
        (HEADER.encode() + b'\nmsgid "caf\xe9"\nmsgstr ""\n', [(4, "catalog-encoding")]),
        (b"hello world\n", [(1, "catalog-syntax")]),
        (HEADER.encode() + b'\nmsgid "a"\nmsgstr "b\n', [(5, "catalog-syntax")]),
        (HEADER.encode() + b"\nmsgid a\nmsgstr b\n", [(4, "catalog-syntax"), (5, "catalog-syntax")]),
        (HEADER.encode() + b'\nmsgid "a "b" c"\nmsgstr "d"\n', [(4, "catalog-syntax")]),
        (HEADER.encode() + b'\nmsgid "abc"\nmsgstr xyz"\n', [(5, "catalog-syntax")]),
        (HEADER.encode() + '\nmsgid "abc"\nmsgstr “xyz"\n'.encode(), [(5, "catalog-syntax")]),
        (HEADER.encode() + b'\nmsgid Abc\nmsgstr ""\n"xyz"\n', [(4, "catalog-syntax")]),
        (HEADER.encode() + b"\0", [(3, "catalog-syntax")]),
        (HEADER.encode() + b"#" * MAX_FILE_SIZE, [(1, "catalog-too-large")]),
        (
            HEADER.encode() + b'\nmsgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\nmsgstr[1] "d"\n',
            [(4, "gettext-plural")],
        ),
        (HEADER.encode() + b'\nmsgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n', [(7, "duplicate-message")]),
    ],
)
def test_faulty_files_are_problems_with_a_line(
    tmp_path: Path, content: bytes, expected: list[tuple[int, str]]
) -> None:
    write(tmp_path, "fr", content)
    catalogs, problems = load(tmp_path)
    assert found(problems) == expected
    assert catalogs.locales == ("en", "fr")


@pytest.mark.parametrize(
    ("line", "column", "fault"),
    [
        ("msgstr “xyz”", 8, "does not begin with a straight quote"),
        ("msgstr xyz", 8, "does not begin with a straight quote"),
        ('msgstr "xyz', 11, "does not end with a quote"),
        ('msgstr "x "y" z"', 16, "a quote inside the text"),
    ],
)
def test_a_string_that_is_not_between_two_quotes_is_told_as_it_is(
    tmp_path: Path, line: str, column: int, fault: str
) -> None:
    write(tmp_path, "fr", f'{HEADER}\nmsgid "abc"\n{line}\n'.encode())
    (problem,) = load(tmp_path)[1]
    assert (problem.location.line, problem.location.column) == (5, column)
    assert fault in problem.message


def test_a_file_that_holds_the_name_of_a_file_is_not_followed(tmp_path: Path) -> None:
    other = tmp_path / "other.po"
    other.write_text(HEADER + entry("secret", "A", "B"))
    write(tmp_path / "locales", "fr", str(other).encode())
    catalogs, problems = load(tmp_path / "locales")
    assert catalogs.entries == ()
    assert found(problems) == [(1, "catalog-syntax")]


def test_one_broken_file_does_not_hide_the_others(tmp_path: Path) -> None:
    write(tmp_path, "ar", b"\xff\xfe")
    write(tmp_path, "fr", entry("a", "A", "Ah"))
    catalogs, problems = load(tmp_path)
    assert [problem.code for problem in problems] == ["catalog-encoding"]
    assert catalogs.lookup("fr", "bot", "a", "A").text == "Ah"


def test_a_missing_domain_is_a_problem(tmp_path: Path) -> None:
    write(tmp_path, "fr", "")
    _, problems = load_catalogs(tmp_path)
    assert [(problem.code, problem.location.path.name) for problem in problems] == [
        ("missing-catalog", "knowledge.po")
    ]


def test_folders_must_be_cldr_ids(tmp_path: Path) -> None:
    for name in ("fr", "zh-hans", "nonsense", "en", ".git", "__pycache__"):
        write(tmp_path, name, "")
    catalogs, problems = load(tmp_path)
    assert catalogs.locales == ("en", "fr")
    assert sorted((problem.location.path.name, problem.code, problem.advice) for problem in problems) == [
        ("en", "source-catalog", "remove it: en is the language of the messages themselves"),
        ("nonsense", "unknown-locale", "name it after its locale, such as fr or zh_Hans"),
        ("zh-hans", "unknown-locale", "rename it to zh_Hans"),
    ]


def test_a_folder_that_does_not_exist_is_a_problem(tmp_path: Path) -> None:
    catalogs, problems = load_catalogs(tmp_path / "nowhere")
    assert catalogs.locales == ("en",)
    assert [problem.code for problem in problems] == ["catalogs-unreadable"]


def test_a_folder_in_place_of_a_file_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "fr" / "LC_MESSAGES" / "bot.po").mkdir(parents=True)
    assert [problem.code for problem in load(tmp_path)[1]] == ["catalog-unreadable"]


def test_importing_the_language_package_loads_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "import bot.language.catalogs, bot.language.identify, bot.language.formats, bot.language.normalize\n"
        "heavy = {'py3langid', 'numpy', 'scipy', 'bot.language.han', 'asyncio', 'socket', 'sqlite3'}\n"
        "assert not heavy & sys.modules.keys(), heavy & sys.modules.keys()"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
