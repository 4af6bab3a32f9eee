"""Do the questions that must go right go right? Asked of a snapshot before it answers anybody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import assert_never

from bot.answering.answer import explain
from bot.answering.assistant import Assistant
from bot.knowledge.golden import GoldenQuestion
from bot.types import Abstain, Answer, Clarify, Explanation, Problem, Question

_ANY_DAY = datetime(2025, 1, 1, tzinfo=UTC)  # which entry answers does not depend on the day


def ask_golden(assistant: Assistant, questions: Iterable[GoldenQuestion]) -> tuple[Problem, ...]:
    """Ask golden questions, and list those that are not dealt with as they must be.

    An answer that is out of service still counts as found: staff withdrew it, the content is as it was.
    """
    whole = replace(assistant, withdrawn=frozenset()) if assistant.withdrawn else assistant
    return tuple(found for golden in questions if (found := _fault(whole, golden)) is not None)


def _fault(assistant: Assistant, golden: GoldenQuestion) -> Problem | None:
    locale = golden.locale if golden.locale in assistant.catalogs.locales else assistant.default_locale
    asked = Question(text=golden.question, asked_at=_ANY_DAY, client=locale, default=locale)
    explanation = explain(asked, assistant)
    if _is_right(explanation, golden, assistant):
        return None
    wanted = f"be answered with {golden.entry_id}" if golden.entry_id else "be declined"
    return Problem(
        location=golden.location,
        code="golden-question",
        message=f"“{golden.question}” must {wanted}, but {_became(explanation)}",
        advice="undo what changed it, or correct the golden question",
        values=(
            ("wording", golden.question),
            ("locale", golden.locale),
            ("wanted", golden.entry_id or ""),
        ),
    )


def _is_right(explanation: Explanation, golden: GoldenQuestion, assistant: Assistant) -> bool:
    answered = [
        part.decision.match.entry_id for part in explanation.parts if isinstance(part.decision, Answer)
    ]
    if golden.entry_id is None:  # small talk and what is unknown by design say that it is not known
        return all(assistant.knowledge.entries[entry_id].kind != "knowledge" for entry_id in answered)
    return answered == [golden.entry_id] and len(explanation.parts) == 1


def _became(explanation: Explanation) -> str:
    said = []
    for part in explanation.parts:
        match part.decision:
            case Answer(match=match):
                said.append(f"is answered with {match.entry_id}")
            case Clarify(matches=matches):
                said.append(f"is answered with a choice: {', '.join(match.entry_id for match in matches)}")
            case Abstain():
                said.append("is declined")
            case _:
                assert_never(part.decision)
    return " and ".join(said)
