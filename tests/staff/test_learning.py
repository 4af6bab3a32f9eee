"""Languages learnt side by side are the same as those learnt one after the other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.matching.build import Example, build_matcher
from bot.matching.threads import cores
from bot.staff.learning import side_by_side

TEXTS = {
    "en": ("When was it launched", "How many members are there", "Who leads the alliance"),
    "fr": ("Quand a-t-elle été lancée", "Combien de membres y a-t-il", "Qui dirige l'alliance"),
}
EXAMPLES = [
    Example(locale=locale, entry_id=f"entry-{number}", text=text, kind="title" if number else "phrasing")
    for locale, texts in TEXTS.items()
    for number, text in enumerate(texts)
]
SYNONYMS = {"en": [["launched", "begun"]]}
NAMES = {"alliance": {"en": ("the alliance", "WDEA"), "fr": ("l’alliance", "WDEA")}}


def test_what_processes_learnt_is_found_in_the_cache_and_says_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.staff.learning.cores", lambda: 2)
    said: list[str] = []
    aside = side_by_side(tmp_path / "cache", target_risk=0.05, progress=said.append)
    matcher = build_matcher(
        EXAMPLES,
        synonyms=SYNONYMS,
        names=NAMES,
        cache_dir=tmp_path / "cache",
        progress=said.append,
        aside=aside,
    )
    assert said == ["learning en, fr, 2 at a time"]  # and nothing had to be learnt afterwards
    alone = build_matcher(EXAMPLES, synonyms=SYNONYMS, names=NAMES)
    for one, other in zip(matcher.speakers, alone.speakers, strict=True):
        for name, array in one.arrays.items():
            assert np.array_equal(array, other.arrays[name]), name


def test_processes_that_fail_leave_the_work_to_whoever_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.staff.learning.cores", lambda: 2)
    monkeypatch.setattr("sys.executable", str(tmp_path / "no-such-python"))
    said: list[str] = []
    aside = side_by_side(tmp_path / "cache", target_risk=0.05, progress=said.append)
    matcher = build_matcher(EXAMPLES, cache_dir=tmp_path / "cache", progress=said.append, aside=aside)
    assert [one.locale for one in matcher.speakers] == ["en", "fr"]
    assert said[1:] == ["learning en: 3 phrasings", "learning fr: 3 phrasings"]


def test_one_language_alone_needs_no_other_process(tmp_path: Path) -> None:
    said: list[str] = []
    aside = side_by_side(tmp_path / "cache", target_risk=0.05, progress=said.append)
    english = [one for one in EXAMPLES if one.locale == "en"]
    build_matcher(english, cache_dir=tmp_path / "cache", progress=said.append, aside=aside)
    assert said == ["learning en: 3 phrasings"]


def test_there_is_a_core() -> None:
    assert cores() >= 1
