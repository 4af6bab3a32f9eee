"""Does the content of the first snapshot mislead anybody? Found out by another process, which then ends.

It takes more than a second and 25 MB, of which the process that answers would never give all back.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from bot.answering.assistant import Assistant, read_content
from bot.files import ReadCache, Recent
from bot.knowledge.checks import misleading
from bot.staff.aside import run_aside
from bot.types import Location, Problem

_LONGEST_SECONDS = 120.0
_NO_RISK = 0.0  # nothing is learnt


async def judged_aside(
    first: Assistant, folders: tuple[Path, Path], cache_dir: Path
) -> tuple[Problem, ...] | None:
    """List the errors of `misleading` in what a snapshot was built from.

    Args:
        first: The snapshot.
        folders: Where its files are: knowledge and catalogs.
        cache_dir: Where files are kept as they were read.

    Returns:
        The errors, or None when the other process failed or the files are no more those of the snapshot.
    """
    order = _order(first, folders, cache_dir)
    try:
        told = await run_aside("bot.staff.judging", order, seconds=_LONGEST_SECONDS)
    except (OSError, TimeoutError):
        return None
    if told.status != 0:
        return None
    said = json.loads(told.said)
    if said["files"] != first.files:
        return None
    return tuple(
        Problem(
            location=Location(path=Path(path), line=line, column=column),
            code=code,
            message=message,
            advice=advice,
        )
        for path, line, column, code, message, advice in said["problems"]
    )


def _order(first: Assistant, folders: tuple[Path, Path], cache_dir: Path) -> bytes:
    knowledge, locales = folders
    order = {
        "knowledge_dir": str(knowledge.resolve()),
        "locales_dir": str(locales.resolve()),
        "cache_dir": str(cache_dir.resolve()),
        "default_locale": first.default_locale,
    }
    return json.dumps(order).encode()


def _main() -> None:
    order = json.load(sys.stdin)
    content = read_content(
        Path(order["knowledge_dir"]),
        Path(order["locales_dir"]),
        default_locale=order["default_locale"],
        target_risk=_NO_RISK,
        kept=ReadCache(Path(order["cache_dir"]), Recent()),
    )
    problems = [
        (
            str(one.location.path),
            one.location.line,
            one.location.column,
            one.code,
            one.message,
            one.advice,
        )
        for one in misleading(content.knowledge, content.catalogs)
    ]
    json.dump({"files": content.files, "problems": problems}, sys.stdout)


if __name__ == "__main__":
    _main()
