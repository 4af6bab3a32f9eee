"""In which language is a question answered? The asker's choice first, then what the question is written in."""

from __future__ import annotations

from dataclasses import replace

from bot.answering.assistant import Assistant
from bot.answering.several import is_talk
from bot.language.identify import identify, language_of_marks, language_of_script, script_of_words
from bot.language.negotiate import negotiate, script_of_locale, written_in
from bot.types import Abstain, Answer, LocaleDecision, NormalizedText, PartExplanation, Question, Ranking


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


def reply_locale(
    text: NormalizedText, parts: tuple[PartExplanation, ...], question: Question, assistant: Assistant
) -> LocaleDecision:
    """Decide after ranking: choice > language of the question when sure > application > default."""
    available = assistant.catalogs.locales
    requested = _requested_locale(parts[0], question, assistant)
    if requested:
        return LocaleDecision(locale=requested, reason="request")
    preferred = preferred_locale(question, assistant)
    spoken, unavailable = _spoken(text, parts, preferred, assistant)
    if unavailable is None:
        written = by_writing(text, preferred, available, spoken=spoken)
        if written is not None:
            return written
        if spoken is None and preferred.reason == "default":
            spoken = _likeliest(text, parts, available)
    if preferred.reason != "chosen" and spoken:
        return LocaleDecision(locale=spoken, reason="question")
    return replace(preferred, unavailable=unavailable)


def by_writing(
    text: NormalizedText,
    preferred: LocaleDecision,
    available: tuple[str, ...],
    *,
    spoken: str | None = None,
) -> LocaleDecision | None:
    """Choose the language that the letters or marks of a text are of, where what was chosen otherwise has others."""
    if preferred.reason == "chosen":
        return None
    script = script_of_words(text.original)
    if script is None:
        by_marks = negotiate(language_of_marks(text.original), available) if spoken is None else None
        return LocaleDecision(locale=by_marks, reason="question") if by_marks else None
    if script_of_locale(spoken or preferred.locale) == script:
        return None
    locale = written_in(script, available)
    return LocaleDecision(locale=locale, reason="question") if locale else None


def _requested_locale(part: PartExplanation, question: Question, assistant: Assistant) -> str | None:
    """Name the language in which the last answer is wanted; "and in Chinese?" after a name asks for another name."""
    if not part.follow_up or not part.follow_up.startswith("language-"):
        return None
    last = assistant.knowledge.resolve(question.previous_entry or "")
    if isinstance(part.decision, Answer) and (last is None or part.decision.match.entry_id != last.id):
        return None
    return negotiate(part.follow_up.removeprefix("language-"), assistant.catalogs.locales)


def _spoken(
    text: NormalizedText,
    parts: tuple[PartExplanation, ...],
    preferred: LocaleDecision,
    assistant: Assistant,
) -> tuple[str | None, str | None]:
    """Name the language of a question: (a locale with catalog or None, a language without one or None)."""
    available = assistant.catalogs.locales
    by_script = language_of_script(text.original)
    if by_script and negotiate(by_script, available) is None:
        return None, by_script
    sure = _sure_locale(parts, available)
    if any(
        not isinstance(part.decision, Abstain) and (sure or not is_talk(part, assistant)) for part in parts
    ):
        return sure or _agreed_locale(text, parts, preferred, available), None
    identified = identify(text.original)
    if identified is None:
        return sure, None
    locale = negotiate(identified, available)
    return (locale, None) if locale else (None, identified)


def _likeliest(
    text: NormalizedText, parts: tuple[PartExplanation, ...], available: tuple[str, ...]
) -> str | None:
    """Name the likeliest language of a question that is answered or gets choices, of whose asker nothing is known."""
    if all(isinstance(part.decision, Abstain) for part in parts):
        return None
    identified = negotiate(identify(text.original), available)
    return identified or next(
        (part.ranking.locale for part in parts if part.ranking.locale in available), None
    )


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
