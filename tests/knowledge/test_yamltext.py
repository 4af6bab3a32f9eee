from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.knowledge.loader import load_knowledge
from bot.knowledge.nodes import MapNode, plain
from bot.knowledge.yamltext import MAX_BYTES, MAX_DEPTH, parse_yaml, read_yaml
from tests.knowledge.conftest import MakeKnowledge

HERE = Path("file.yaml")


def nested(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


@pytest.mark.parametrize(
    ("content", "line", "column", "code"),
    [
        (b"a: [1, 2\n", 2, 1, "yaml-syntax"),
        (b"a: b: c\n", 1, 5, "yaml-syntax"),
        (b"a: 'b\n", 2, 1, "yaml-syntax"),
        (b"a: 1\n b: 2\n", 2, 3, "yaml-syntax"),
        (b"a: @b\n", 1, 4, "yaml-syntax"),
        (b"? [a]\n: b\n", 1, 3, "yaml-syntax"),
        (b"a: 1\na: 2\n", 2, 1, "duplicate-key"),
        (b"a: &x 1\n", 1, 4, "alias"),
        (b"a: *x\n", 1, 4, "alias"),
        (b"a: !!str 1\n", 1, 4, "tag"),
        (b"a: !!python/object/apply:os.system [ls]\n", 1, 4, "tag"),
        (b"a: ! b\n", 1, 4, "tag"),
        (b"--- a\n--- b\n", 2, 1, "several-documents"),
        (b"a:\n\t- b\n", 2, 1, "tab"),
        (b"a:\n  \t- b\n", 2, 3, "tab"),
        (b"\xef\xbb\xbfa: 1\n", 1, 1, "byte-order-mark"),
        ("a: 1\n".encode("utf-16"), 1, 1, "byte-order-mark"),
        ("é: 1\nb: ".encode() + b"\xff\n", 2, 4, "invalid-utf-8"),
        (b"a: \x00\n", 1, 4, "hidden-character"),
        ("a: x\nb: y\u2028z\n".encode(), 2, 5, "hidden-character"),
        ("a: \u202eabc\n".encode(), 1, 4, "hidden-character"),
        (nested(MAX_DEPTH + 1), 1, MAX_DEPTH + 1, "too-deep"),
        (b"a: " + b"x" * MAX_BYTES, 1, 1, "file-too-big"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_gives_one_error_at_its_place(
    content: bytes, line: int, column: int, code: str
) -> None:
    document, problems = parse_yaml(content, HERE)
    assert [(p.location.line, p.location.column, p.code, p.severity) for p in problems] == [
        (line, column, code, "error")
    ]
    assert problems[0].advice
    assert document.root is None or code == "duplicate-key"


def test_every_duplicate_key_is_listed_and_the_first_value_counts() -> None:
    document, problems = parse_yaml(b"a: 1\nb: {c: 2, c: 3}\na: 4\n", HERE)
    assert [(p.location.line, p.location.column) for p in problems] == [(2, 11), (3, 1)]
    assert plain(document.root) == {"a": "1", "b": {"c": "2"}}


def test_scalars_stay_text_with_their_place() -> None:
    document, problems = parse_yaml("é: [no, 12:30, null, 0x1F]\n".encode(), HERE)
    assert problems == ()
    assert plain(document.root) == {"é": ["no", "12:30", "null", "0x1F"]}
    assert isinstance(document.root, MapNode)
    assert [str(document.locate(("é", n))) for n in (0, 1)] == ["file.yaml:1:5", "file.yaml:1:9"]
    assert str(document.locate(("é",), key=True)) == "file.yaml:1:1"
    assert str(document.locate(("é", 9))) == "file.yaml:1:4"  # as far as the way leads


def test_the_allowed_depth_is_read() -> None:
    assert parse_yaml(nested(MAX_DEPTH), HERE)[1] == ()


def test_windows_line_ends_and_empty_files_are_read() -> None:
    assert plain(parse_yaml(b"a: 1\r\nb: 2\r\n", HERE)[0].root) == {"a": "1", "b": "2"}
    assert parse_yaml(b"", HERE) == parse_yaml(b"# only a comment\n", HERE)
    assert parse_yaml(b"", HERE)[0].root is None


def test_what_is_not_a_file_is_a_problem(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    for path in (tmp_path, tmp_path / "pipe.yaml", tmp_path / "nothing.yaml"):
        assert [problem.code for problem in read_yaml(path)[1]] == ["unreadable-file"]


# --- hostile files, in a process of their own with little memory and time -------------------------

HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "10 MB": (lambda: b"- text\n" * 1_500_000, "file-too-big"),
    "deep flow": (lambda: b"[" * 900_000, "too-deep"),
    "deep flow mappings": (lambda: b"{a: " * 200_000, "too-deep"),
    "deep block": (lambda: b"\n".join(b" " * n + b"a:" for n in range(1, 1_300)), "too-deep"),
    "deep sequences in a line": (lambda: b"- " * 400_000 + b"x", "too-deep"),
    "alias bomb": (
        lambda: b"a: &a [x,x]\n" + b"".join(b"a%d: &a%d [%s]\n" % (n, n, b"*a," * 9) for n in range(99)),
        "alias",
    ),
    "many anchors": (lambda: b"".join(b"k%d: &k%d v\n" % (n, n) for n in range(40_000)), "alias"),
    "invalid UTF-8": (lambda: b"a: " + b"x" * 900_000 + b"\xc3\x28", "invalid-utf-8"),
    "tabs": (lambda: b"a:\n" + b"\t" * 900_000, "tab"),
    "BOM": (lambda: b"\xef\xbb\xbf" + b"a: b\n" * 100_000, "byte-order-mark"),
    "NUL": (lambda: b"a: " + b"\x00" * 900_000, "hidden-character"),
    "quotes": (lambda: b'"' * 999_999, "yaml-syntax"),
    "one key": (lambda: b"a" * 999_990 + b": b", "yaml-syntax"),
    "colons": (lambda: b": " * 400_000, "yaml-syntax"),
    "open flow": (lambda: b"{" + b"a, " * 300_000, "file-too-big"),
    "many texts": (lambda: b"- a\n" * 249_000, "file-too-big"),
    "many keys": (lambda: b"".join(b"k%d:\n" % n for n in range(100_000)), "file-too-big"),
}

PROGRAM = textwrap.dedent("""
    import resource, sys
    from pathlib import Path
    from bot.knowledge.yamltext import read_yaml
    resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
    _, problems = read_yaml(Path(sys.argv[1]))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    status = Path("/proc/self/status")
    if status.exists():  # on Linux ru_maxrss starts with the size of the process that started this one
        peak = int(status.read_text().partition("VmHWM:")[2].split()[0])
    used = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    print(len(problems), problems[0].code, peak // 1024, f"{used:.2f}")
""")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gives_one_error_quickly_and_in_little_memory(name: str, tmp_path: Path) -> None:
    content, code = HOSTILE[name]
    path = tmp_path / "hostile.yaml"
    path.write_bytes(content())
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path)], capture_output=True, text=True, timeout=30, check=False
    )
    assert result.returncode == 0, result.stderr
    count, found, megabytes, seconds = result.stdout.split()
    assert (count, found) == ("1", code)
    assert int(megabytes) < 300
    assert float(seconds) < 2  # of the processor, imports included


def test_many_faulty_items_are_all_listed_in_time(make_knowledge: MakeKnowledge) -> None:
    root = make_knowledge({"sources.yaml": "- a\n" * 40_000})
    started = time.process_time()
    _, problems = load_knowledge(root)
    assert sum(problem.code == "wrong-shape" for problem in problems) == 40_000
    assert time.process_time() - started < 4


def test_a_big_honest_file_is_read_in_time(tmp_path: Path, make_knowledge: MakeKnowledge) -> None:
    phrasings = "launch-when:\n" + "".join(f"  - number {n} of them all\n" for n in range(30_000))
    assert len(phrasings) < MAX_BYTES
    root = make_knowledge({"phrasings/fr.yaml": phrasings})
    started = time.process_time()
    knowledge, problems = load_knowledge(root)
    assert problems == ()
    assert len(knowledge.phrasings["fr"]["launch-when"]) == 30_000
    assert time.process_time() - started < 2
