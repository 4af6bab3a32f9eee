"""In which language is a reply, and is the right entry found in sixteen languages under noise?

    python -m tests.benchmarks.languages --data DIR

The folder holds `noisy_entries.jsonl` (the knowledge base, a phrasing for each entry and language), `noisy_queries.jsonl`
(questions made of them, with the kind of noise) and files of unrelated questions. Four askers of five have their own
language set in their application, the fifth has English.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from bot.language.identify import identify, language_of_script
from bot.language.normalize import normalize
from bot.matching.build import Example, build_matcher
from bot.matching.decide import decide
from bot.matching.index import Matcher
from bot.types import Abstain

_OWN_SET = 80  # of 100 askers


class Row(NamedTuple):
    """A line of a file."""

    id: str
    lang: str
    text: str
    kind: str


class Asked(NamedTuple):
    """What became of a question."""

    found: bool
    language: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line for each kind of noise and for each language."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.languages", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the files")
    parser.add_argument("--unrelated", nargs="*", default=["unrelated_xquad.jsonl"], help="files in it")
    options = parser.parse_args(arguments)
    entries = list(_rows(options.data / "noisy_entries.jsonl"))
    matcher = build_matcher([Example(locale=row.lang, entry_id=row.id, text=row.text) for row in entries])
    queries = list(_rows(options.data / "noisy_queries.jsonl"))
    known = [(row, _ask(matcher, row)) for row in queries]
    print(
        f"{len(entries)} phrasings, {len(known)} questions; share with the right entry, and the right language"
    )
    _table("noise", [(row.kind, row, asked) for row, asked in known])
    plain = [(row, asked) for row, asked in known if row.kind not in {"mixed", "romanised"}]
    _table("language, without mixed and romanised", [(row.lang, row, asked) for row, asked in plain])
    spoken = {row.lang for row in entries}
    unrelated = [
        row for name in options.unrelated for row in _rows(options.data / name) if row.lang in spoken
    ]
    _table("unrelated", [(row.lang, row, _ask(matcher, row)) for row in unrelated])
    return 0


def _rows(path: Path) -> Iterator[Row]:
    for line in path.read_text(encoding="utf-8").splitlines():
        fields = json.loads(line)
        yield Row(fields["id"], fields["lang"], fields["text"], fields.get("kind", ""))


def _ask(matcher: Matcher, row: Row) -> Asked:
    """Ask as the product does: the language of the match when it is sure, an identifier when nothing matched.

    Where the match is unsure of another language than the user's, the identifier has to agree.
    """
    prefer = row.lang if crc32(row.text.encode()) % 100 < _OWN_SET else "en"
    ranking = matcher.rank(normalize(row.text), prefer=prefer)
    best = ranking.matches[0].entry_id if ranking.matches else None
    locales = [speaker.locale for speaker in matcher.speakers]
    language = ranking.locale if ranking.locale_sure else None
    by_script = language_of_script(row.text)
    if by_script not in (None, *locales):
        language = by_script
    elif isinstance(decide(ranking), Abstain):
        language = identify(row.text) or language
    elif language is None and ranking.locale not in (None, prefer):
        language = ranking.locale if identify(row.text) == ranking.locale else None
    return Asked(best == row.id, language or prefer)


def _table(title: str, rows: list[tuple[str, Row, Asked]]) -> None:
    groups: defaultdict[str, list[tuple[Row, Asked]]] = defaultdict(list)
    for group, row, asked in rows:
        groups[group].append((row, asked))
    print(f"\n{title:40}{'questions':>10}{'entry':>9}{'language':>10}")
    for group, inside in [*sorted(groups.items()), ("all", [(row, asked) for _, row, asked in rows])]:
        found = sum(asked.found for _, asked in inside) / len(inside)
        language = sum(asked.language == row.lang for row, asked in inside) / len(inside)
        print(f"{group:40}{len(inside):>10}{found:>9.1%}{language:>10.1%}")


if __name__ == "__main__":
    sys.exit(main())
