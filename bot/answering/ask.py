"""How does a terminal ask? Questions from arguments or a file, replies as text or JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.answering.answer import explain
from bot.answering.assistant import Assistant
from bot.answering.compose import compose, plain, plain_reply
from bot.answering.understand import topic_of
from bot.errors import BotError
from bot.types import Choice, Citation, Explanation, Part, PartExplanation, Question, Reply


class QuestionsError(BotError):
    """A file of questions cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question and what is known about who asks."""

    question: str
    after: str | None = None  # the question before it
    locale: str | None = None  # chosen
    client_language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A reply and its reasons."""

    reply: Reply
    explanation: Explanation

    def line(self, *, as_json: bool, explain: bool) -> str:
        """Write the reply as JSON on one line, or as text."""
        if as_json:
            fields = to_json(self.reply)
            if explain:
                fields["explanation"] = "\n".join(reasons(self.explanation))
            return json.dumps(fields, ensure_ascii=False)
        text = plain_reply(self.reply)
        return text + "\n\n" + "\n".join(reasons(self.explanation)) if explain else text


def ask_one(asked: Asked, assistant: Assistant, *, now: datetime) -> Answered:
    """Answer one question, after the one before it when there is one."""
    question = Question(
        text=asked.question,
        asked_at=now,
        chosen=asked.locale,
        client=asked.client_language,
        default=assistant.default_locale,
        previous_entry=_topic(asked, assistant, now) if asked.after else None,
    )
    explanation = explain(question, assistant)
    return Answered(reply=compose(explanation, question, assistant), explanation=explanation)


def read_questions(path: Path) -> Iterator[Asked]:
    """Read a file of JSON lines with `question` and, optionally, `after`, `locale`, `client_language`.

    Raises:
        QuestionsError: The file cannot be read, or a line is not such an object; says which line.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")  # others end no line inside a JSON text
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionsError(f"{path}: cannot be read: {error}") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _asked(path, number, line)


def to_json(reply: Reply) -> dict[str, object]:
    """Give a reply the form that `ask --json` prints: its parts, and the first of them at the top."""
    parts = [_part(part) for part in reply.parts]
    facts = [fact for part in reply.parts for fact in part.facts]
    return {
        **parts[0],
        "facts": list(dict.fromkeys(facts)),
        "locale": reply.locale,
        "revision": next((part.outcome.revision for part in reply.parts if part.outcome), None),
        "text": plain_reply(reply),
        "notices": list(reply.notices),
        "parts": parts,
    }


def reasons(explanation: Explanation) -> Iterator[str]:
    """Say in lines why a question was decided as it was."""
    locale = explanation.locale
    yield f"version of the knowledge: {explanation.revision}"
    yield f"language of the reply: {locale.locale} ({locale.reason})"
    if locale.unavailable:
        yield f"language of the question: {locale.unavailable}, which has no catalog"
    for part in explanation.parts:
        yield from _part_reasons(part)


def _topic(asked: Asked, assistant: Assistant, now: datetime) -> str | None:
    before = Question(
        text=asked.after or "",
        asked_at=now,
        chosen=asked.locale,
        client=asked.client_language,
        default=assistant.default_locale,
    )
    return topic_of(explain(before, assistant).parts)


def _asked(path: Path, number: int, line: str) -> Asked:
    try:
        fields = json.loads(line)
    except json.JSONDecodeError as error:
        raise QuestionsError(f"{path}:{number}:{error.colno}: not JSON: {error.msg}") from error
    if not isinstance(fields, dict) or not isinstance(fields.get("question"), str):
        raise QuestionsError(f'{path}:{number}: expected an object with a text "question"')
    optional = {key: fields.get(key) for key in ("after", "locale", "client_language")}
    for key, value in optional.items():
        if value is not None and not isinstance(value, str):
            raise QuestionsError(f"{path}:{number}: {key} must be text")
    return Asked(question=fields["question"], **optional)


def _part(part: Part) -> dict[str, object]:
    return {
        "decision": part.decision,
        "entry_id": part.entry_id,
        "facts": list(part.facts),
        "kind": part.kind,
        "probability": None if part.probability is None else round(part.probability, 4),
        "choices": [_choice(choice) for choice in part.choices],
        "text": part.text,
        "citations": [_citation(citation) for citation in part.citations],
    }


def _choice(choice: Choice) -> dict[str, object]:
    return {"entry_id": choice.entry_id, "facts": list(choice.facts), "label": choice.label}


def _citation(citation: Citation) -> dict[str, object]:
    return {
        "source_id": citation.source_id,
        "title": citation.title,
        "url": citation.url,
        "publisher": citation.publisher,
        "language": citation.language,
        "published": citation.published.isoformat() if citation.published else None,
        "checked_on": citation.checked_on.isoformat(),
        "as_of": citation.as_of,
        "line": plain(citation.line),
    }


def _part_reasons(part: PartExplanation) -> Iterator[str]:
    ranking, evidence = part.ranking, part.ranking.evidence
    follow_up = f' as a follow-up ("{part.follow_up}")' if part.follow_up else ""
    yield f'read as: "{part.text.folded}"{follow_up}'
    yield f"decided: {type(part.decision).__name__.lower()}"
    yield f"bounds: answer from {ranking.bounds.answer:.2f}, choices from {ranking.bounds.clarify:.2f}"
    for place, match in enumerate(ranking.matches[:5], 1):
        yield f'{place}. {match.entry_id} {match.probability:.2f}, nearest "{match.phrasing}" ({match.locale})'
    if len(ranking.matches) == 1 and ranking.matches[0].phrasing == part.text.original:
        yield "a phrasing of that entry, word for word: compared with no other"
    if len(ranking.matches) > 1:
        margin = ranking.matches[0].probability - ranking.matches[1].probability
        yield f"margin over the runner-up: {margin:.2f}"
    if evidence.read_as:
        yield f'taken for other letters: "{evidence.read_as}"'
    if evidence.matched:
        yield "known words: " + ", ".join(evidence.matched)
    for typed, taken in evidence.repaired:
        yield f"taken as misspelt: {typed} -> {taken}"
    for word, locale in evidence.borrowed:
        yield f"understood in another language: {word} ({locale})"
    if evidence.unknown:
        yield "unknown words: " + ", ".join(evidence.unknown)
    if evidence.unasked:
        yield "asked for, but in no phrasing of the best entry: " + ", ".join(evidence.unasked)
