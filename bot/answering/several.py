"""What becomes of several questions in one message? Each is answered, where the pieces are worth more alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise

from bot.answering.assistant import Assistant
from bot.answering.beside import beside
from bot.answering.context import as_part_of, in_context, leans_on
from bot.answering.split import MAX_PARTS, Cut, cuts
from bot.answering.understand import matches_of, said_after, understand
from bot.knowledge.entries import Entry
from bot.language.normalize import normalize
from bot.matching.decide import decide
from bot.matching.features import words
from bot.types import Abstain, Answer, Clarify, PartExplanation, Question

# Chance that an entry must have in the whole message for a piece of it to be answered with it: of 60 labelled
# messages, those with one question stay whole below it, those with two are cut above.
_HINT = 0.05
# The same where the whole message has a sure answer, which leaves little for others; and where each piece shows besides that
# it is a question of its own. 0 for the last answers 2 of 384 pairs more, and 3 more of 5,101 single questions wrongly.
_HINT_BESIDE_SURE, _HINT_BESIDE_SURE_ASKED = 0.015, 0.005
_CHOICES = 3
# What a piece of a message that has a sure answer must keep of its own answer's chance after the piece before it.
_STANDS = 0.7
# An answer to a piece stays where what is said before it leaves it this likely; from .8 on three of 3,883 wrong ones stay too.
_STILL = 0.85


def several(
    whole: PartExplanation, question: Question, assistant: Assistant, prefer: str
) -> tuple[PartExplanation, ...] | None:
    """Take a message apart when its pieces are worth more alone, or offer what it asks besides; None leaves it as it is."""
    if whole.follow_up or whole.text.folded == "":
        return None
    locale = _read_in(whole, assistant, prefer)
    talk = assistant.talk
    if _matter(whole, talk) and not _speaks_of_more(whole):
        return None
    if isinstance(whole.decision, Answer) and _talks(assistant, whole.text.original):
        return None  # "hello, how are you?" is one greeting, and no piece of it says more
    asked: list[tuple[PartExplanation, ...]] = []
    for cut in _cuts(whole, locale, assistant):
        parts = _understood(cut, question, assistant, prefer)
        if cut.asks and not _matter(whole, talk):
            told = _without_story(parts, cut.asks, talk)
            if told is not None:
                return (told,)
            asking = _only_question(parts, cut.asks, talk)
            taken_apart = several(asking, question, assistant, prefer) if asking is not None else None
            if taken_apart is not None and len(taken_apart) > 1:
                return taken_apart
        if len(parts) > MAX_PARTS or (cut.greets and _matter(parts[0], talk)):
            continue
        kept = _without_remarks(parts, assistant, asides=cut.each_asks)
        dropped = len(parts) - len(kept)
        if _is_one_term(cut.joined, parts, assistant, locale):
            continue
        if _worth_cutting(whole, kept, questions=cut.questions, dropped=dropped, talk=talk):
            if isinstance(whole.decision, Answer) and not _stand_alone(kept, assistant):
                continue
            return _once_each(_in_turn(kept, whole, question, assistant, prefer))
        if dropped and _more_than_talk(whole, kept, talk):
            return kept
        if not dropped and cut.each_asks:
            asked.append(parts)
    offers = (beside(whole, _in_turn(parts, whole, question, assistant, prefer), talk) for parts in asked)
    return next((offer for offer in offers if offer is not None), None)


def asked_apart(
    whole: PartExplanation, question: Question, assistant: Assistant, prefer: str
) -> Iterator[tuple[PartExplanation, ...]]:
    """List the ways to take a message apart in which each piece asks, whatever the pieces are worth."""
    for cut in _cuts(whole, _read_in(whole, assistant, prefer), assistant):
        if cut.each_asks and len(cut.pieces) <= MAX_PARTS:
            parts = _understood(cut, question, assistant, prefer)
            yield _in_turn(parts, whole, question, assistant, prefer)


def _read_in(whole: PartExplanation, assistant: Assistant, prefer: str) -> str:
    """Name the language whose joining words and question words count."""
    locale = whole.ranking.locale
    return locale if locale in assistant.catalogs.locales else prefer


def _cuts(whole: PartExplanation, locale: str, assistant: Assistant) -> tuple[Cut, ...]:
    return cuts(
        whole.text.original,
        locale,
        assistant.catalogs,
        talks=partial(_talks, assistant),
        whole=partial(assistant.matcher.is_far_commoner, locale),
    )


def _understood(
    cut: Cut, question: Question, assistant: Assistant, prefer: str
) -> tuple[PartExplanation, ...]:
    alone = replace(question, previous_entry=None)
    return tuple(understand(normalize(piece), alone, assistant, prefer) for piece in cut.pieces)


def _speaks_of_more(whole: PartExplanation) -> bool:
    """Whether a message that is surely answered speaks a little for a second entry: without that it is never cut."""
    return len(whole.ranking.matches) > 1 and whole.ranking.matches[1].probability >= _HINT_BESIDE_SURE_ASKED


def _talks(assistant: Assistant, text: str) -> bool:
    """Whether a text is small talk, word for word."""
    return not assistant.talk.isdisjoint(assistant.matcher.phrased(normalize(text)))


def is_remark(text: str, assistant: Assistant) -> bool:
    """Whether a text is small talk that asks nothing, word for word."""
    return not assistant.remarks.isdisjoint(assistant.matcher.phrased(normalize(text)))


def _stand_alone(parts: Sequence[PartExplanation], assistant: Assistant) -> bool:
    """Whether each answered piece keeps its answer after the one before; else it goes on with it ("… and under which theme?")."""
    for before, part in pairwise(parts):
        if (
            isinstance(before.decision, Answer)
            and _matter(before, assistant.talk)
            and _matter(part, assistant.talk)
        ):
            previous = assistant.knowledge.entries[before.decision.match.entry_id]
            ranking = in_context(part.ranking, part.text, previous, assistant.knowledge)
            first = ranking.matches[0]
            if first.entry_id != matches_of(part.decision)[0].entry_id or first.probability < _STANDS:
                return False
    return True


def _is_one_term(
    joined: Sequence[str], parts: Sequence[PartExplanation], assistant: Assistant, locale: str
) -> bool:
    """Whether what would be cut stands together in a question of an entry that a piece is about: "countries and regions"."""
    if not joined:
        return False
    asked = assistant.knowledge.phrasings.get(locale, {})
    entries = {match.entry_id for part in parts for match in matches_of(part.decision)[:1]}
    texts = (f" {normalize(text).folded} " for entry_id in entries for text in asked.get(entry_id, ()))
    return any(f" {term} " in text for text in texts for term in joined)


def _in_turn(
    parts: Sequence[PartExplanation],
    whole: PartExplanation,
    question: Question,
    assistant: Assistant,
    prefer: str,
) -> tuple[PartExplanation, ...]:
    """Hear the pieces again, each as said after the one before: "where was it, and who spoke?"."""
    heard: list[PartExplanation] = []
    previous: Entry | None = None
    for part in parts:
        led = _follow_up(part, previous, question, assistant, prefer)
        if led is not None:
            part = led
        elif previous is not None or not isinstance(part.decision, Answer):
            part = _after(part, previous, whole, assistant, prefer)
        if led is not None and previous is not None and _names(part, previous):
            continue
        heard.append(part)
        named = matches_of(part.decision)[:1]
        if named and named[0].entry_id in assistant.talk:
            continue  # what is beside the subject is not what the next piece goes on with
        previous = assistant.knowledge.entries[named[0].entry_id] if named else None
    answered = [matches_of(part.decision)[0].entry_id for part in heard if isinstance(part.decision, Answer)]
    return tuple(heard if len(set(answered)) == len(answered) else parts)


def _names(part: PartExplanation, entry: Entry) -> bool:
    return matches_of(part.decision)[0].entry_id == entry.id


def _follow_up(
    part: PartExplanation, previous: Entry | None, question: Question, assistant: Assistant, prefer: str
) -> PartExplanation | None:
    """Hear a piece as a follow-up to the answer before it, where it is one."""
    if previous is None or not _matter(part, assistant.talk):
        return None
    again = understand(part.text, replace(question, previous_entry=previous.id), assistant, prefer)
    return again if again.follow_up and isinstance(again.decision, Answer) else None


def _after(
    part: PartExplanation,
    previous: Entry | None,
    whole: PartExplanation,
    assistant: Assistant,
    prefer: str,
) -> PartExplanation:
    """Hear a piece as said after another one; where that speaks against its answer, choices take the answer's place.

    "Was ist die CEAIE und seit wann gibt es sie?" is not about the launch. Of 40 wrong answers beside a right one 6 are gone, and
    of 224 pairs that were both answered one.
    """
    talk = assistant.talk
    ranking = as_part_of(said_after(part.ranking, part.text, previous, assistant, prefer), whole.ranking)
    again = replace(part, ranking=ranking, decision=decide(ranking, careful=assistant.careful, talk=talk))
    match part.decision, again.decision:
        case Answer(match=first), Answer(match=now) if first.entry_id != now.entry_id and _matter(part, talk):
            choices = [match for match in ranking.matches if match.entry_id not in talk][:_CHOICES]
            return replace(again, decision=Clarify(matches=tuple(choices))) if len(choices) > 1 else part
        case Answer(match=first), Clarify(matches=matches) if _matter(part, talk):
            likely = matches[0].entry_id == first.entry_id and matches[0].probability >= _STILL
            return part if likely else again
        case Answer(), _:
            return part
        case _, Answer() if not _matter(again, talk):
            return part
        case _:
            return again


def _without_story(
    parts: tuple[PartExplanation, ...], asks: tuple[bool, ...], talk: Collection[str]
) -> PartExplanation | None:
    """Find the one sentence that is answered, when all others say nothing of the matter and ask nothing."""
    answered = [part for part in parts if _matter(part, talk)]
    others = [(part, asked) for part, asked in zip(parts, asks, strict=True) if not _matter(part, talk)]
    clear = all(isinstance(part.decision, Answer | Abstain) and not asked for part, asked in others)
    return answered[0] if clear and len(answered) == 1 and others else None


def _matter(part: PartExplanation, talk: Collection[str]) -> bool:
    """Whether a text is answered, and not only with small talk."""
    return isinstance(part.decision, Answer) and part.decision.match.entry_id not in talk


def _only_question(
    parts: tuple[PartExplanation, ...], asks: tuple[bool, ...], talk: Collection[str]
) -> PartExplanation | None:
    """Find the one sentence that asks, when all others say nothing of the matter."""
    asking = [part for part, asked in zip(parts, asks, strict=True) if asked]
    others = [part for part, asked in zip(parts, asks, strict=True) if not asked]
    clear = all(isinstance(part.decision, Answer | Abstain) and not _matter(part, talk) for part in others)
    return asking[0] if len(asking) == 1 and others and clear else None


def _once_each(parts: tuple[PartExplanation, ...]) -> tuple[PartExplanation, ...]:
    """Offer nothing that another piece is answered with; a piece that is likeliest about that is answered, too."""
    answered = {part.decision.match.entry_id for part in parts if isinstance(part.decision, Answer)}
    kept = []
    for part in parts:
        if isinstance(part.decision, Clarify):
            if part.decision.matches[0].entry_id in answered:
                continue
            others = tuple(match for match in part.decision.matches if match.entry_id not in answered)
            part = replace(part, decision=Clarify(matches=others))
        kept.append(part)
    return tuple(kept)


def _without_remarks(
    parts: tuple[PartExplanation, ...], assistant: Assistant, *, asides: bool
) -> tuple[PartExplanation, ...]:
    """Drop greetings and thanks beside a real question; of nothing but small talk, keep the last word.

    Args:
        parts: The pieces of a message.
        assistant: The snapshot that knows what small talk is.
        asides: Whether each piece asks: what is asked beside the subject is kept then, so that it is not passed over in
            silence: "When was it launched, and what's the weather like?".
    """
    kept = tuple(
        part for part in parts if not is_talk(part, assistant) or (asides and _is_aside(part, assistant))
    )
    return kept or parts[-1:]


def is_talk(part: PartExplanation, assistant: Assistant) -> bool:
    """Whether a text is answered with small talk."""
    return isinstance(part.decision, Answer) and part.decision.match.entry_id in assistant.talk


def _is_aside(part: PartExplanation, assistant: Assistant) -> bool:
    """Whether a piece is surely about something beside the subject, and no remark."""
    first = part.ranking.matches[0]
    return first.entry_id not in assistant.remarks and first.probability >= part.ranking.bounds.answer


def _worth_cutting(
    whole: PartExplanation,
    parts: tuple[PartExplanation, ...],
    *,
    questions: bool,
    dropped: int,
    talk: Collection[str],
) -> bool:
    """Whether the pieces of a message answer more than the message as a whole.

    Args:
        whole: The message in one piece.
        parts: Its pieces without courtesies.
        questions: Whether each piece shows that it is a question of its own.
        dropped: How many courtesies there were.
        talk: Entries that are small talk.
    """
    given = [part.decision.match for part in parts if isinstance(part.decision, Answer)]
    ids = {match.entry_id for match in given}
    answers = [match for match in given if match.entry_id not in talk]
    if not answers or len(ids) < len(given):
        return False
    sure = whole.decision.match.entry_id if isinstance(whole.decision, Answer) else None
    if sure in talk and _matter(parts[0], talk) and len(parts) > 1:
        return True  # "when was it launched, and how is the weather?": the aside does not say what the rest is about
    if sure in talk and whole.ranking.matches[0].probability < whole.ranking.bounds.answer:
        sure = None  # "hi, when was it launched?" is more than a greeting
    if len(parts) == 1:
        return dropped > 0 and not sure
    if sure and sure not in ids:
        return False  # one entry answers both: "themes of 2025 and 2026"
    if sure and not questions and any(len(words(part.text)) == 1 for part in parts):
        return False  # a name beside the question: "SDG 4 and WDEA"
    # A piece may have lost what it is about ("and when was it founded?"): the whole message must speak a
    # little for its entry too.
    chances = {match.entry_id: match.probability for match in whole.ranking.matches}
    least = _HINT
    if sure:
        least = _HINT_BESIDE_SURE_ASKED if questions else _HINT_BESIDE_SURE
    if any(chances.get(match.entry_id, 0.0) < least for match in answers):
        return False
    if any(
        _matter(part, talk)
        and isinstance(before.decision, Answer)
        and not _matter(before, talk)
        and leans_on(part.ranking, part.text)
        for before, part in pairwise(parts)
    ):
        return False  # "what is the capital of France, and when was it founded?"
    if len(given) == len(parts):
        return True
    return questions and not (sure and any(_lost(part) for part in parts))


def _more_than_talk(whole: PartExplanation, parts: Sequence[PartExplanation], talk: Collection[str]) -> bool:
    """Whether a message taken for a courtesy, but not surely, begins with one and has choices for the rest."""
    match whole.decision:
        case Answer(match=match) if match.entry_id in talk:
            unsure = match.probability < whole.ranking.bounds.answer
            return unsure and len(parts) == 1 and isinstance(parts[0].decision, Clarify)
        case _:
            return False


def _lost(part: PartExplanation) -> bool:
    """Whether a piece is near to something, but alone lacks what it is about: no question of its own."""
    match part.decision:
        case Answer():
            return False
        case Clarify():
            return True
        case Abstain():
            return bool(part.ranking.matches) and not part.ranking.evidence.unknown
