"""What would a question change as a phrasing of an entry? Asked before staff accept it; what confuses is refused.

One language is trained again with the phrasing added; all others stay as they are. Then the labelled questions and
what people asked are put to both snapshots, as far as they can be dealt with otherwise at all.
"""

from __future__ import annotations

import difflib
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.answering.assistant import Assistant, examples, load_assistant
from bot.answering.golden import ask_golden
from bot.errors import BotError, CatalogError, KnowledgeError
from bot.knowledge.entries import EvaluationItem
from bot.knowledge.golden import GoldenQuestion, load_golden
from bot.knowledge.learned import teach
from bot.knowledge.loader import load_evaluation
from bot.language.normalize import contains_words, normalize
from bot.matching.build import build_matcher
from bot.matching.confusable import misled
from bot.matching.decide import decide
from bot.matching.exact import text_key
from bot.staff.aside import run_aside
from bot.staff.impact import Asked, Moved, impact, summary
from bot.staff.redact import EMAIL, PHONE, marked, redact
from bot.types import Answer, Learned, Location, Overlay, Problem

MOST_RECORDED = 500  # questions of people that are asked again, the latest ones
MOST_CHARACTERS = 300  # of a phrasing
_LONGEST_SECONDS = 120.0
_EXIT_CONTENT = 3  # the content cannot be loaded; 1 is Python's own, for what nobody foresaw


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A phrasing that may be accepted."""

    locale: str
    entry_id: str
    text: str
    against: tuple[str, ...] = ()  # entries that people who asked it voted against (Cluster.complaints)


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """What came of looking at a candidate."""

    problems: tuple[Problem, ...]  # errors refuse it; warnings are for whoever decides
    summary: str = (
        ""  # what becomes of the questions, in one sentence; empty when refused before that was asked
    )
    moved: tuple[Moved, ...] = ()  # questions that would be dealt with otherwise

    @property
    def refused(self) -> bool:
        """Whether it must not be accepted."""
        return any(problem.severity == "error" for problem in self.problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Considering:
    """What another process needs to look at a candidate; the folders and figures as for `load_assistant`."""

    candidate: Candidate
    recorded: tuple[tuple[str, str], ...]  # (text, locale) of what people asked, the latest last
    asked_at: datetime
    overlay: Overlay
    knowledge_dir: Path
    locales_dir: Path
    default_locale: str
    target_risk: float
    cache_dir: Path | None


_ORDER, _ANSWER = TypeAdapter(Considering), TypeAdapter(Considered)


class NotConsidered(BotError):
    """A candidate could not be looked at; nothing is said about it."""


async def consider_aside(order: Considering) -> Considered:
    """Look at a candidate in a process of its own, so that answers are not slowed.

    Raises:
        NotConsidered: That process did not do it.
    """
    try:
        told = await run_aside("bot.staff.considering", _ORDER.dump_json(order), seconds=_LONGEST_SECONDS)
    except TimeoutError as exc:
        raise NotConsidered(f"not done after {_LONGEST_SECONDS:g} s; try again") from exc
    except OSError as exc:
        raise NotConsidered(f"no process could be started: {exc.strerror}") from exc
    if told.status == _EXIT_CONTENT:
        raise NotConsidered("the content has errors; `alliance-bot check` lists them")
    try:
        return _ANSWER.validate_json(told.said)
    except ValidationError as exc:
        raise NotConsidered(f"the process that looked ended with status {told.status}") from exc


def consider(
    candidate: Candidate,
    before: Assistant,
    *,
    labelled: Iterable[EvaluationItem],
    recorded: Iterable[Asked],
    golden: Sequence[GoldenQuestion] = (),
    asked_at: datetime,
    target_risk: float,
    cache_dir: Path | None = None,
) -> Considered:
    """Say what accepting a candidate changes, and what speaks against it.

    Args:
        candidate: Its entry may be named as it was called before.
        before: What answers today.
        labelled: Questions of which it is known what answers them.
        recorded: Questions that people asked, the latest last; at most MOST_RECORDED count.
        golden: Questions that must go right.
        asked_at: When they are asked.
        target_risk: As for `load_assistant`.
        cache_dir: As for `load_assistant`; what is trained here need not be trained again once it is accepted.
    """
    faults = (*_faults(candidate, before), *_taken(candidate, before))
    if faults:
        return Considered(problems=faults)
    taught = teach(before.knowledge, before.catalogs, [_row(candidate, asked_at)])
    if taught.left_out:
        return Considered(problems=tuple(replace(one, severity="error") for one in taught.left_out))
    after = _after(replace(before, knowledge=taught.knowledge), candidate.locale, target_risk, cache_dir)
    items = [item for item in labelled if item.after is None]  # a follow-up alone is another question
    asked = [Asked(text=item.question, locale=item.locale) for item in items]
    asked += tuple(recorded)[-MOST_RECORDED:]
    found = impact(before, after, asked, asked_at=asked_at, cache_dir=cache_dir)
    counts = Counter(one.locale for one in dict.fromkeys(asked))
    return Considered(
        problems=(
            *_confused(before, after, candidate.locale),
            *_spoilt(before, after, golden),
            *_led_astray(found.moved, items),
        ),
        summary=summary(replace(found, questions=counts)),
        moved=found.moved,
    )


# --- before anything is trained -----------------------------------------------------------------------


def _faults(candidate: Candidate, assistant: Assistant) -> Iterator[Problem]:
    """Say why a candidate cannot be a phrasing at all."""
    knowledge, text = assistant.knowledge, normalize(candidate.text)
    entry = knowledge.resolve(candidate.entry_id)
    if entry is None:
        near = difflib.get_close_matches(candidate.entry_id, knowledge.entries, n=1)
        hint = f"did you mean {near[0]}?" if near else "`alliance-bot ask --explain` shows entries"
        yield _fault(
            "unknown-entry", f'there is no entry "{candidate.entry_id}"', hint, entry=candidate.entry_id
        )
    if candidate.locale not in knowledge.phrasings:
        known = ", ".join(sorted(knowledge.phrasings))
        gone = f"there are no phrasings in {candidate.locale}"
        yield _fault("unknown-locale", gone, f"there are: {known}", locale=candidate.locale)
    shown = redact(candidate.text, assistant.catalogs)
    if marked(candidate.text) or EMAIL in shown or PHONE in shown:
        advice = "write the question without what says who asked it"
        yield _fault("personal", f'"{shown}" holds what was said about a person', advice)
    if not contains_words(text):
        yield _fault("no-words", f'"{candidate.text}" holds no word', "write the question in words")
    if len(candidate.text) > MOST_CHARACTERS or "\n" in candidate.text.strip():
        long = f"a phrasing is one line of at most {MOST_CHARACTERS} characters"
        advice = "write the question alone, without the story around it"
        yield _fault("too-long", long, advice, most=str(MOST_CHARACTERS))
    if entry is None:
        return
    for speaker in assistant.matcher.speakers:
        place = speaker.exact.get(text_key(text))
        owner = speaker.entries[place] if place is not None else None
        if owner == entry.id and speaker.locale == candidate.locale:
            yield _fault(
                "phrasing-known", f'"{candidate.text}" is a phrasing of {owner} already', entry=owner
            )
        elif owner not in (None, entry.id):
            said = f'"{candidate.text}" is a phrasing of {owner} in {speaker.locale}'
            whose = {"entry": str(owner), "locale": speaker.locale}
            yield _fault("phrasing-shared", said, "say in it what makes the difference", **whose)


def _taken(candidate: Candidate, assistant: Assistant) -> Iterator[Problem]:
    """Say that a candidate is surely another entry's question today, unless people said that it is not.

    Once it is learnt this cannot be seen any more: a phrasing is always nearest to itself.
    """
    entry = assistant.knowledge.resolve(candidate.entry_id)
    text = normalize(candidate.text)
    ranking = assistant.matcher.rank(text, prefer=candidate.locale, exclude=assistant.follow_ups)
    decision = decide(ranking, careful=assistant.careful, talk=assistant.talk)
    if entry is None or entry.kind == "follow-up" or not isinstance(decision, Answer):
        return
    match = decision.match
    if match.entry_id not in (entry.id, *candidate.against):
        said = f'"{candidate.text}" is answered with {match.entry_id} today ({match.probability:.0%})'
        advice = f"add it to {match.entry_id}, or say what makes the difference"
        today = {"entry": match.entry_id, "probability": f"{match.probability:.4f}"}
        yield _fault("phrasing-confusable", said, advice, **today)


def _fault(code: str, message: str, advice: str = "", **values: str) -> Problem:
    place = Location(path=Path("question"))
    return Problem(location=place, code=code, message=message, advice=advice, values=tuple(values.items()))


# --- with the candidate -------------------------------------------------------------------------------


def _row(candidate: Candidate, at: datetime) -> Learned:
    return Learned(locale=candidate.locale, entry_id=candidate.entry_id, text=candidate.text, who="", at=at)


def _after(taught: Assistant, locale: str, target_risk: float, cache_dir: Path | None) -> Assistant:
    """Train one language again."""
    own = [one for one in examples(taught.knowledge, taught.catalogs) if one.locale == locale]
    trained = build_matcher(
        own,
        synonyms=taught.knowledge.synonyms,
        names=taught.knowledge.names,
        target_risk=target_risk,
        cache_dir=cache_dir,
    )
    others = [speaker for speaker in taught.matcher.speakers if speaker.locale != locale]
    speakers = sorted([*others, *trained.speakers], key=lambda speaker: speaker.locale)
    return replace(taught, matcher=replace(taught.matcher, speakers=tuple(speakers)))


def _confused(before: Assistant, after: Assistant, locale: str) -> Iterator[Problem]:
    """List what the matcher takes for another entry's with the candidate, and did not without."""
    now = _misled(after, locale)
    known = {problem.message for problem in _misled(before, locale)} if now else set()
    for problem in now:
        if problem.message not in known:
            yield replace(problem, severity="error")


def _misled(assistant: Assistant, locale: str) -> tuple[Problem, ...]:
    own = [one for one in examples(assistant.knowledge, assistant.catalogs) if one.locale == locale]
    speaker = next(one for one in assistant.matcher.speakers if one.locale == locale)
    return misled(own, speaker)


def _spoilt(before: Assistant, after: Assistant, golden: Sequence[GoldenQuestion]) -> Iterator[Problem]:
    """List the golden questions that go wrong with the candidate, and do not without."""
    wrong = ask_golden(after, golden)
    if wrong:
        known = {problem.location for problem in ask_golden(before, golden)}
        yield from (problem for problem in wrong if problem.location not in known)


def _led_astray(moved: Sequence[Moved], items: Iterable[EvaluationItem]) -> Iterator[Problem]:
    """List labelled questions that would be answered wrongly, and are not today.

    One that nobody could answer so far is only told: perhaps there is an entry for it now.
    """
    labelled = {(item.locale, item.question): item for item in items}
    for one in moved:
        item = labelled.get((one.asked.locale, one.asked.text))
        if item is None or one.asked.recorded or one.kind not in ("elsewhere", "answered"):
            continue
        wanted = {*item.entries, *item.both}
        wrong = one.kind == "elsewhere" and not wanted.issuperset(one.before)
        if wanted.issuperset(one.after) or wrong:
            continue
        whose = "that is declined so far" if item.decline else f"of {', '.join(sorted(wanted))}"
        said = f'"{item.question}" ({item.locale}), a question {whose}, would go to {", ".join(one.after)}'
        told = {"wording": item.question, "locale": item.locale}
        told |= {"wanted": " ".join(sorted(wanted)), "after": " ".join(one.after)}
        advice = "say in the phrasing what makes the difference"
        found = _fault("question-led-astray", said, advice, **told)
        yield replace(found, severity="warning") if item.decline else found


# --- in the other process -----------------------------------------------------------------------------


def _considered(order: Considering) -> Considered:
    before = load_assistant(
        knowledge_dir=order.knowledge_dir,
        locales_dir=order.locales_dir,
        default_locale=order.default_locale,
        target_risk=order.target_risk,
        cache_dir=order.cache_dir,
        overlay=order.overlay,
    )
    items, _ = load_evaluation(order.knowledge_dir)
    golden, _ = load_golden(order.knowledge_dir, before.knowledge)
    return consider(
        order.candidate,
        before,
        labelled=[item for locale in sorted(items) for item in items[locale]],
        recorded=[Asked(text=text, locale=locale, recorded=True) for text, locale in order.recorded],
        golden=golden,
        asked_at=order.asked_at,
        target_risk=order.target_risk,
        cache_dir=order.cache_dir,
    )


def _main() -> int:
    try:
        found = _considered(_ORDER.validate_json(sys.stdin.buffer.read()))
    except (KnowledgeError, CatalogError):
        return _EXIT_CONTENT
    sys.stdout.buffer.write(_ANSWER.dump_json(found))
    return 0


if __name__ == "__main__":
    sys.exit(_main())
