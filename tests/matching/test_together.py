"""Many texts that are heard at once are heard as they are one by one."""

from __future__ import annotations

import pytest

from bot.answering.assistant import Assistant
from bot.knowledge.loader import load_evaluation
from bot.language.normalize import normalize
from bot.matching import speaker as learning
from bot.matching.build import build_matcher
from bot.matching.decide import decide
from bot.matching.hearing import Hearing
from bot.matching.index import Matcher
from bot.matching.together import Together
from bot.types import Abstain, Answer, Clarify, Decision, Match, NormalizedText, Ranking
from tests.conftest import ROOT
from tests.matching.conftest import library

ROUNDING = 2e-5  # of a probability; 1.1e-5 is the most that was seen, of 3,936
SCORES = 1e-3  # of a score, which nobody sees; 3e-5 is the most that was seen
Texts = list[tuple[NormalizedText, str | None]]


def differences(one: Ranking, other: Ranking) -> list[str]:
    """Name what differs by more than rounding."""
    named: list[tuple[str, object, object]] = [
        ("bounds", one.bounds, other.bounds),
        ("locale", one.locale, other.locale),
    ]
    named += [("sure", one.locale_sure, other.locale_sure), ("evidence", one.evidence, other.evidence)]
    found = [f"{name}: {left}, {right}" for name, left, right in named if left != right]
    if len(one.matches) != len(other.matches):
        return [*found, f"entries: {one.matches}, {other.matches}"]
    for left, right in zip(one.matches, other.matches, strict=True):
        if left.entry_id != right.entry_id:  # right only where two entries are equally likely
            if abs(left.probability - right.probability) > ROUNDING:
                found.append(f"entries: {left}, {right}")
            continue
        if (left.phrasing, left.locale) != (right.phrasing, right.locale):
            found.append(f"phrasing: {left}, {right}")
        if abs(left.probability - right.probability) > ROUNDING or abs(left.score - right.score) > SCORES:
            found.append(f"numbers: {left}, {right}")
    if abs(one.answerable - other.answerable) > ROUNDING:
        found.append(f"answerable: {one.answerable}, {other.answerable}")
    return found


def told(decision: Decision) -> tuple[str, ...]:
    """Name the kind of a decision and the entries that it is about."""
    match decision:
        case Answer(match=match):
            about: tuple[Match, ...] = (match,)
        case Clarify(matches=matches):
            about = matches
        case Abstain(nearest=nearest):
            about = nearest
    return (type(decision).__name__, *(one.entry_id for one in about))


def both(matcher: Matcher, texts: Texts) -> list[tuple[Hearing, Hearing]]:
    together = matcher.hear_all(texts, Together())
    return [
        (matcher.hear(text, prefer=prefer), heard)
        for (text, prefer), heard in zip(texts, together, strict=True)
    ]


def test_labelled_questions_are_decided_the_same(assistant: Assistant) -> None:
    items, _ = load_evaluation(ROOT / "knowledge")
    texts: Texts = [(normalize(one.question), locale) for locale, every in items.items() for one in every]
    texts += [(normalize(one.question), "de") for one in items["ru"][:40]]
    for one, other in both(assistant.matcher, texts):
        rankings = [each.ranking(exclude=assistant.follow_ups) for each in (one, other)]
        assert differences(*rankings) == []
        decided = [decide(each, careful=assistant.careful, talk=assistant.talk) for each in rankings]
        assert told(decided[0]) == told(decided[1])


@pytest.mark.parametrize("most_trained", [learning.MOST_TRAINED, 5], ids=["few phrasings", "very many"])
def test_strange_texts_are_heard_the_same(most_trained: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "MOST_TRAINED", most_trained)
    matcher = build_matcher(library())
    said = (
        "when do you opne",
        "",
        "12",
        "ამინდი ხვალ",
        "horaires",
        "图书馆几点开门",
        "founder",
        "founder",
        "a",
    )
    pairs = both(matcher, [(normalize(text), prefer) for text in said for prefer in ("en", "fr", None)])
    assert [differences(one.ranking(), other.ranking()) for one, other in pairs] == [[]] * len(pairs)
    assert pairs[0][1].evidence.repaired == (("opne", "open"),)


def test_only_the_best_are_described(matcher: Matcher) -> None:
    heard = matcher.hear(normalize("when do you open"))
    assert heard.ranking(most=1).matches == heard.ranking().matches[:1]


def test_nothing_is_heard_of_nothing(matcher: Matcher) -> None:
    assert matcher.hear_all([], Together()) == []
