"""Are many questions decided on as each is alone, and heard together?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.answering.assistant import Assistant
from bot.knowledge.loader import load_evaluation
from bot.language.normalize import normalize
from bot.matching.hearing import Hearing
from bot.matching.index import Matcher
from bot.matching.together import Together
from bot.staff import asking as module
from bot.staff.asking import Put, decide_all, decide_alone
from bot.types import NormalizedText
from tests.conftest import ASKED_AT, ROOT

TWO = Put("When was the alliance launched, and how many members does it have?", "en")


@pytest.fixture(scope="module")
def puts() -> list[Put]:
    """Labelled questions in all languages, with many that are cut in pieces."""
    items, _ = load_evaluation(ROOT / "knowledge")
    every = [item for locale in sorted(items) for item in items[locale] if item.after is None]
    chosen = [*every[::6], *(item for item in every if item.both)]
    return list(dict.fromkeys(Put(item.question, item.locale) for item in chosen))


def test_each_is_decided_on_as_alone(assistant: Assistant, puts: list[Put]) -> None:
    found = list(decide_all(puts, assistant, asked_at=ASKED_AT))
    assert [settled.put for settled in found] == puts
    otherwise = [
        settled.put
        for settled in found
        if settled.decided != decide_alone(settled.put, assistant, asked_at=ASKED_AT)
    ]
    assert otherwise == []
    assert sum(len(settled.decided) > 1 for settled in found) > 5  # and not only whole ones


def test_it_is_told_what_a_question_was_heard_as(assistant: Assistant) -> None:
    (settled,) = decide_all([TWO], assistant, asked_at=ASKED_AT)
    assert len(settled.decided) == 2
    texts = [text.original for text, _ in settled.heard]
    assert texts[0] == TWO.text
    assert len(texts) >= 3
    assert {prefer for _, prefer in settled.heard} == {"en"}


def test_nothing_is_heard_alone_and_few_times_together(
    assistant: Assistant, puts: list[Put], monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds: list[int] = []
    hear_all = Matcher.hear_all

    def noted(
        self: Matcher, texts: Sequence[tuple[NormalizedText, str | None]], together: Together
    ) -> list[Hearing]:
        rounds.append(len(texts))
        return hear_all(self, texts, together)

    monkeypatch.setattr(Matcher, "hear_all", noted)
    monkeypatch.setattr(Matcher, "hear", None)  # would fail
    unlike = [put for put in puts if not assistant.matcher.phrased(normalize(put.text))]
    some = unlike[:60]
    assert len(list(decide_all(some, assistant, asked_at=ASKED_AT))) == len(some)
    assert rounds[0] == len(some)
    assert len(rounds) < 12


def test_they_are_taken_some_at_a_time(
    assistant: Assistant, puts: list[Put], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = list(decide_all(puts[:9], assistant, asked_at=ASKED_AT))
    monkeypatch.setattr(module, "_AT_ONCE", 4)
    assert [one.decided for one in decide_all(puts[:9], assistant, asked_at=ASKED_AT)] == [
        one.decided for one in whole
    ]
    assert list(decide_all([], assistant, asked_at=ASKED_AT)) == []


def test_a_language_without_a_catalog_is_asked_as_the_default_one(assistant: Assistant) -> None:
    put = Put("When was the alliance launched?", "eo")
    other = replace(assistant, default_locale="fr")
    (settled,) = decide_all([put], other, asked_at=ASKED_AT)
    assert settled.decided == decide_alone(put, other, asked_at=ASKED_AT)
    assert {prefer for _, prefer in settled.heard} == {"fr"}
