"""Staff edit the content while people ask: no answer is lost, wrong or half of each."""

from __future__ import annotations

from pathlib import Path

from tests.reliability.bench import Bench
from tests.reliability.editing import copied, edited


async def test_bad_edits_are_refused_with_file_and_line_while_everybody_is_answered(
    tmp_path: Path, cache_dir: Path
) -> None:
    content = copied(tmp_path / "content", cache_dir)
    row = await edited(Bench(folder=tmp_path, content=content, seed=20261123), content)
    print(row.line())  # noqa: T201 - how fast it was; a slow machine is no fault
    assert row.good, row.line()
    assert row.tally is not None
    assert (row.tally.lost, row.tally.doubled, row.tally.strange) == (0, 0, 0)
