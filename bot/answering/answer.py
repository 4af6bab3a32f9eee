"""How is one question answered? Understand it, decide, and only then write.

`answer()` is the product in one call: the Telegram handlers, the preview, `alliance-bot ask`, the evaluation and the
tests all make it. It has no clock, no input or output and no memory; whatever it depends on is in its arguments.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import partial

from bot.answering.assistant import Assistant
from bot.answering.compose import compose, compose_entry
from bot.answering.context import as_part_of, in_context
from bot.answering.split import MAX_PARTS, cuts
from bot.answering.withdrawn import in_service
from bot.knowledge.entries import FOLLOW_UP_PREFIX, Entry
from bot.language.identify import identify, language_of_script
from bot.language.negotiate import negotiate
from bot.language.normalize import clean, normalize
from bot.matching.decide import decide
from bot.matching.features import words
from bot.matching.index import Hearing
from bot.types import (
    Abstain,
    AbstainReason,
    Answer,
    Clarify,
    Decision,
    Explanation,
    LocaleDecision,
    Match,
    NormalizedText,
    PartExplanation,
    Question,
    Ranking,
    Reply,
)

MAX_CHARACTERS = 1_000  # of a message that are matched; nobody asks a question in more
_MAX_READ = (
    10_000  # of a message that are looked at at all; marks and invisible characters are dropped from these
)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")  # markup that was pasted with a question says nothing about it
# Chance that an entry must have in the whole message for a piece of it to be answered with it: of 60 labelled
# messages, those with one question stay whole below it, those with two are cut above.
_HINT = 0.05
_HINT_BESIDE_SURE = 0.015  # where the whole message has a sure answer, which leaves little for others
_FOLLOW_UP_WORDS = 6  # a longer text names its own topic


def answer(question: Question, assistant: Assistant) -> Reply:
    """Answer one question from one snapshot of the knowledge base."""
    return compose(explain(question, assistant), question, assistant)


def show(
    entry_id: str, question: Question, assistant: Assistant, *, locale: str | None = None
) -> Reply | None:
    """Show one entry, as for a tapped choice or a deep link.

    Args:
        entry_id: An entry's id, or one it had before.
        question: Who asks and when; its text is only recorded.
        assistant: The snapshot to answer from.
        locale: Language of the reply; None chooses by the user's settings.

    Returns:
        The reply, or None when there is no such entry (any more). For one that is out of service it says so.
    """
    entry = assistant.knowledge.resolve(entry_id)
    if entry is None or not entry.answer:
        return None
    available = assistant.catalogs.locales
    chosen = locale if locale in available else preferred_locale(question, assistant).locale
    return compose_entry(entry, question, assistant, locale=chosen)


def explain(question: Question, assistant: Assistant) -> Explanation:
    """Decide everything about a question, and keep the reasons; `answer()` composes exactly this."""
    text, truncated = _read(question)
    preferred = preferred_locale(question, assistant)
    parts = _parts(text, question, assistant, preferred.locale)
    if not any(char.isalnum() for char in text.folded):
        return Explanation(parts=parts, locale=preferred, revision=assistant.revision)
    locale = _reply_locale(text, parts, question, assistant)
    parts = tuple(in_service(part, assistant.withdrawn) for part in parts)
    if locale.unavailable and all(isinstance(part.decision, Abstain) for part in parts):
        parts = tuple(_in_unknown_language(part) for part in parts)
    return Explanation(parts=parts, locale=locale, revision=assistant.revision, truncated=truncated)


def decisions(question: Question, assistant: Assistant) -> tuple[Decision, ...]:
    """Decide what each part of a question is answered with, and nothing else: less work than `explain`.

    That no language is spoken which has a catalog is not found out; such a question is only declined.
    """
    text, _ = _read(question)
    preferred = preferred_locale(question, assistant)
    parts = _parts(text, question, assistant, preferred.locale)
    return tuple(in_service(part, assistant.withdrawn).decision for part in parts)


def preferred_locale(question: Question, assistant: Assistant) -> LocaleDecision:
    """Choose a language without looking at the text: the user's choice, the application's, the default."""
    available = assistant.catalogs.locales
    chosen = negotiate(question.chosen, available)
    if chosen:
        return LocaleDecision(locale=chosen, reason="chosen")
    client = negotiate(question.client, available)
    if client:
        return LocaleDecision(locale=client, reason="client")
    default = negotiate(question.default, available) or assistant.default_locale
    return LocaleDecision(locale=default, reason="default")


def _read(question: Question) -> tuple[NormalizedText, bool]:
    """Read as much of a question as is matched; says whether there is more."""
    cleaned = clean(_TAG.sub(" ", question.text[:_MAX_READ]))
    truncated = len(cleaned) > MAX_CHARACTERS or len(question.text) > _MAX_READ
    return normalize(cleaned[:MAX_CHARACTERS]), truncated


def _parts(
    text: NormalizedText, question: Question, assistant: Assistant, prefer: str
) -> tuple[PartExplanation, ...]:
    if not any(char.isalnum() for char in text.folded):
        return (_empty(text, assistant, prefer),)
    whole = _understand(text, question, assistant, prefer)
    return _several(whole, question, assistant, prefer) or (whole,)


def _empty(text: NormalizedText, assistant: Assistant, locale: str) -> PartExplanation:
    ranking = assistant.matcher.rank(text, prefer=locale)
    return PartExplanation(text=text, ranking=ranking, decision=Abstain(reason=AbstainReason.EMPTY))


def _in_unknown_language(part: PartExplanation) -> PartExplanation:
    assert isinstance(part.decision, Abstain)  # the caller looked
    if part.decision.withdrawn is not None:
        return part
    return replace(part, decision=replace(part.decision, reason=AbstainReason.UNKNOWN_LANGUAGE))


# --- one question -----------------------------------------------------------------------------------


def _understand(
    text: NormalizedText, question: Question, assistant: Assistant, prefer: str
) -> PartExplanation:
    hearing = assistant.matcher.hear(text, prefer=prefer)
    previous = assistant.knowledge.resolve(question.previous_entry) if question.previous_entry else None
    followed = _follow_up(text, hearing, previous, assistant)
    if followed is not None:
        return followed
    ranking = in_context(hearing.ranking(exclude=assistant.follow_ups), text, previous, assistant.knowledge)
    decision = decide(ranking, careful=assistant.careful, talk=assistant.talk)
    return PartExplanation(text=text, ranking=ranking, decision=decision)


def _follow_up(
    text: NormalizedText, hearing: Hearing, previous: Entry | None, assistant: Assistant
) -> PartExplanation | None:
    """Read a short text as a follow-up to the last answer, when its topic knows where that leads."""
    if previous is None or len(text.tokens) > _FOLLOW_UP_WORDS:
        return None
    if hearing.first() not in assistant.follow_ups:
        return None
    ranking = hearing.ranking()
    best = ranking.matches[0]
    if best.probability < ranking.bounds.clarify:
        return None
    kind = best.entry_id.removeprefix(FOLLOW_UP_PREFIX)
    target = previous.follow_ups.get(kind, previous.id if _repeats(kind) else None)
    entry = assistant.knowledge.resolve(target) if target else None
    if entry is None:
        return None
    match = replace(best, entry_id=entry.id)
    return PartExplanation(text=text, ranking=ranking, decision=Answer(match=match), follow_up=kind)


def _repeats(kind: str) -> bool:
    """Whether a kind of follow-up is about the last answer itself."""
    return kind in {"source", "more", "shorter"} or kind.startswith("language-")


# --- several questions in one message ---------------------------------------------------------------


def _several(
    whole: PartExplanation, question: Question, assistant: Assistant, prefer: str
) -> tuple[PartExplanation, ...] | None:
    """Take a message apart when its pieces are worth more alone; None leaves it whole."""
    if whole.follow_up or whole.text.folded == "":
        return None
    locale = whole.ranking.locale or prefer
    if locale not in assistant.catalogs.locales:
        locale = prefer
    talk = assistant.talk
    for cut in cuts(whole.text.original, locale, assistant.catalogs, talks=partial(_talks, assistant)):
        parts = tuple(
            _understand(normalize(piece), replace(question, previous_entry=None), assistant, prefer)
            for piece in cut.pieces
        )
        if cut.asks and not _matter(whole, talk):
            told = _without_story(parts, cut.asks, talk)
            if told is not None:
                return (told,)
        if len(parts) > MAX_PARTS:
            continue
        kept = _without_courtesies(parts, assistant)
        dropped = len(parts) - len(kept)
        if _worth_cutting(whole, kept, questions=cut.questions, dropped=dropped, talk=talk):
            return _in_turn(kept, whole, assistant)
    return None


def _talks(assistant: Assistant, text: str) -> bool:
    """Whether a text is small talk, word for word."""
    return not assistant.talk.isdisjoint(assistant.matcher.phrased(normalize(text)))


def _in_turn(
    parts: Sequence[PartExplanation], whole: PartExplanation, assistant: Assistant
) -> tuple[PartExplanation, ...]:
    """Hear again the pieces that are not answered, each as said after the one before: "where was it, and who spoke?"."""
    heard: list[PartExplanation] = []
    previous: Entry | None = None
    for part in parts:
        if not isinstance(part.decision, Answer):
            ranking = in_context(part.ranking, part.text, previous, assistant.knowledge)
            ranking = as_part_of(ranking, whole.ranking)
            decision = decide(ranking, careful=assistant.careful, talk=assistant.talk)
            again = replace(part, ranking=ranking, decision=decision)
            if not isinstance(decision, Answer) or _matter(again, assistant.talk):
                part = again
        heard.append(part)
        named = matches_of(part.decision)[:1]
        previous = assistant.knowledge.entries[named[0].entry_id] if named else None
    answered = [matches_of(part.decision)[0].entry_id for part in heard if isinstance(part.decision, Answer)]
    return tuple(heard if len(set(answered)) == len(answered) else parts)


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


def _without_courtesies(
    parts: tuple[PartExplanation, ...], assistant: Assistant
) -> tuple[PartExplanation, ...]:
    """Drop greetings and thanks beside a real question; of nothing but small talk, keep the last word."""
    entries = assistant.knowledge.entries
    kept = tuple(
        part
        for part in parts
        if not (
            isinstance(part.decision, Answer) and entries[part.decision.match.entry_id].kind == "conversation"
        )
    )
    return kept or parts[-1:]


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
    answers = [part.decision.match for part in parts if isinstance(part.decision, Answer)]
    ids = {match.entry_id for match in answers}
    if not answers or len(ids) < len(answers):
        return False
    sure = whole.decision.match.entry_id if isinstance(whole.decision, Answer) else None
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
    least = _HINT_BESIDE_SURE if sure else _HINT
    if any(chances.get(entry_id, 0.0) < least for entry_id in ids):
        return False
    if len(answers) == len(parts):
        return True
    return questions and not (sure and any(_lost(part) for part in parts))


def _lost(part: PartExplanation) -> bool:
    """Whether a piece is near to something, but alone lacks what it is about: no question of its own."""
    match part.decision:
        case Answer():
            return False
        case Clarify():
            return True
        case Abstain():
            return not part.ranking.evidence.unknown


# --- the language of the reply ----------------------------------------------------------------------


def _reply_locale(
    text: NormalizedText, parts: tuple[PartExplanation, ...], question: Question, assistant: Assistant
) -> LocaleDecision:
    """Decide after ranking: choice > language of the question when sure > application > default."""
    available = assistant.catalogs.locales
    requested = _requested_locale(parts[0], available)
    if requested:
        return LocaleDecision(locale=requested, reason="request")
    preferred = preferred_locale(question, assistant)
    spoken, unavailable = _spoken(text, parts, preferred, available)
    if preferred.reason != "chosen" and spoken:
        return LocaleDecision(locale=spoken, reason="question")
    return replace(preferred, unavailable=unavailable)


def _requested_locale(part: PartExplanation, available: tuple[str, ...]) -> str | None:
    if not part.follow_up or not part.follow_up.startswith("language-"):
        return None
    return negotiate(part.follow_up.removeprefix("language-"), available)


def _spoken(
    text: NormalizedText,
    parts: tuple[PartExplanation, ...],
    preferred: LocaleDecision,
    available: tuple[str, ...],
) -> tuple[str | None, str | None]:
    """Name the language of a question: (a locale with catalog or None, a language without one or None)."""
    by_script = language_of_script(text.original)
    if by_script and negotiate(by_script, available) is None:
        return None, by_script
    if any(not isinstance(part.decision, Abstain) for part in parts):
        return _sure_locale(parts, available) or _agreed_locale(text, parts, preferred, available), None
    identified = identify(text.original)
    if identified is None:
        return _sure_locale(parts, available), None
    locale = negotiate(identified, available)
    return (locale, None) if locale else (None, identified)


def _sure_locale(parts: tuple[PartExplanation, ...], available: tuple[str, ...]) -> str | None:
    for part in parts:
        ranking: Ranking = part.ranking
        if ranking.locale_sure and ranking.locale in available:
            return ranking.locale
    return None


def _agreed_locale(
    text: NormalizedText,
    parts: tuple[PartExplanation, ...],
    preferred: LocaleDecision,
    available: tuple[str, ...],
) -> str | None:
    """Name another language than the preferred one on which two judges that are unsure alone agree."""
    likeliest = next((part.ranking.locale for part in parts if part.ranking.locale), None)
    if preferred.reason == "chosen" or likeliest in (None, preferred.locale):
        return None
    identified = identify(text.original)
    return likeliest if identified and negotiate(identified, available) == likeliest else None


def matches_of(decision: Decision) -> tuple[Match, ...]:
    """List the entries a decision speaks of, best first."""
    match decision:
        case Answer(match=only):
            return (only,)
        case Clarify(matches=matches):
            return matches
        case Abstain(nearest=nearest):
            return nearest
