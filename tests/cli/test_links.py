"""The command that lists links, as staff call it."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT


def called(*words: str, cache_dir: Path) -> tuple[int, str, str]:
    environment = {name: text for name, text in os.environ.items() if not name.startswith("ALLIANCE_BOT_")}
    ran = subprocess.run(
        [sys.executable, "-m", "bot", "links", *words],
        env={**environment, "ALLIANCE_BOT_CACHE_DIR": str(cache_dir)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    return ran.returncode, ran.stdout, ran.stderr


def test_links_are_listed_in_each_form(cache_dir: Path) -> None:
    status, out, _ = called("--bot", "@wdea_bot", "--locale", "zh", "--format", "json", cache_dir=cache_dir)
    assert status == 0
    listed = json.loads(out)
    launch = next(row for row in listed if row["entry"] == "launch-date")
    assert launch["link"] == "https://t.me/wdea_bot?start=launch-date"
    assert "联盟" in launch["question"]
    status, out, _ = called("--bot", "wdea_bot", "--format", "csv", cache_dir=cache_dir)
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["entry"] for row in rows] == [row["entry"] for row in listed]
    status, out, _ = called("--bot", "wdea_bot", cache_dir=cache_dir)
    assert "https://t.me/wdea_bot?start=launch-date\n    When was the alliance launched?\n" in out
    status, out, _ = called("--bot", "wdea_bot", "--group", cache_dir=cache_dir)
    assert "https://t.me/wdea_bot?startgroup=launch-date\n" in out
    assert "?start=" not in out


def test_what_cannot_be_used_is_exit_status_2(cache_dir: Path) -> None:
    status, _, err = called(cache_dir=cache_dir)
    assert status == 2
    assert "ALLIANCE_BOT_TOKEN" in err
    status, _, err = called("--bot", "not a name", cache_dir=cache_dir)
    assert (status, "is no name of a bot" in err) == (2, True)
    status, _, err = called("--bot", "wdea_bot", "--locale", "tlh", cache_dir=cache_dir)
    assert (status, "has no catalog" in err) == (2, True)
