"""Can the bot say what it should, in every language?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from bot.answering.assistant import Assistant
from bot.answering.compose import compose_entry
from bot.doctor.facts import Facts, Finding, fail, ok, warn
from bot.knowledge.checks import check, summary
from bot.language import texts
from bot.telegram.cutting import utf16_length
from bot.telegram.intake import CHANNEL
from bot.telegram.registration import counted
from bot.telegram.render import MAX_ALERT, Target, render
from bot.types import ChatRef, Question

# Bot API, setMyName, setMyDescription, setMyShortDescription, BotCommand, answerCallbackQuery: at most so many
# characters. By the beginning of a text's context.
LIMITS: Mapping[str, int] = {
    "profile.name": 64,
    "profile.description": 512,
    "profile.short_description": 120,
    "command.": 256,
    "other.choice_gone": MAX_ALERT,
    "other.button_old": MAX_ALERT,
}

_LOOK = "run `alliance-bot check`"
_NAMED = 5  # so many texts are named, the others counted


def knowledge(facts: Facts) -> Finding:
    """What is to be answered can be loaded, and has no faults."""
    if facts.assistant is None:
        return fail(facts.unloaded, _LOOK)
    loaded = facts.assistant.knowledge
    template = facts.config.content.locales_dir / "knowledge.pot"
    problems = check(loaded, facts.assistant.catalogs, template=template)
    # As /about counts: greetings and thanks are answered too, but are no knowledge.
    answers = sum(entry.kind == "knowledge" for entry in loaded.entries.values())
    others = sum(bool(entry.answer) and entry.kind != "knowledge" for entry in loaded.entries.values())
    talk = f" and {counted(others, 'answer')} to small talk" if others else ""
    text = f"{counted(answers, 'answer')} from sources{talk}, revision {facts.assistant.revision}"
    if not problems:
        return ok(text)
    errors = sum(problem.severity == "error" for problem in problems)
    faults = f"{counted(errors, 'error')} and {counted(len(problems) - errors, 'warning')}"
    return (fail if errors else warn)(f"{text}, {faults}", _LOOK)


def languages(facts: Facts) -> Finding:
    """Every language says everything, and can be asked in."""
    if facts.assistant is None:
        return warn("not known, since the knowledge could not be loaded")
    rows = summary(facts.assistant.knowledge, facts.assistant.catalogs)
    lacking = [
        f"{row.locale} ({row.missing} missing, {row.stale} stale)" for row in rows if row.missing + row.stale
    ]
    lacking += [f"{row.locale} (no phrasings)" for row in rows if not row.phrasings]
    if lacking:
        return warn(
            f"incomplete: {', '.join(lacking)}", "translate the rest; until then people get English there"
        )
    return ok(f"complete: {', '.join(row.locale for row in rows)}")


def lengths(facts: Facts) -> Finding:
    """Every text is as short as Telegram wants it, and every answer fits into one message."""
    if facts.assistant is None:
        return warn("not known, since the knowledge could not be loaded")
    wrong = [*_too_long(facts.assistant), *_in_pieces(facts.assistant, facts.now)]
    if wrong:
        more = f" and {len(wrong) - _NAMED} more" if len(wrong) > _NAMED else ""
        return warn(f"too long: {', '.join(wrong[:_NAMED])}{more}", "shorten them")
    return ok("all texts fit")


def _too_long(assistant: Assistant) -> Iterator[str]:
    """Find texts of the interface that Telegram would refuse, or that would be cut."""
    for text in vars(texts).values():
        limit = _limit(text.context) if isinstance(text, texts.Text) else None
        for locale in assistant.catalogs.locales if limit else ():
            if utf16_length(assistant.catalogs.text(locale, text)) > (limit or 0):
                yield f"{text.context} in {locale} (at most {limit})"


def _limit(context: str) -> int | None:
    return next((limit for start, limit in LIMITS.items() if context.startswith(start)), None)


def _in_pieces(assistant: Assistant, now: datetime) -> Iterator[str]:
    """Find answers that need more than one message."""
    target = Target(chat=ChatRef(channel=CHANNEL, chat_id="1"))
    question = Question(text="", asked_at=now)
    for entry in assistant.knowledge.entries.values():
        for locale in assistant.catalogs.locales if entry.answer else ():
            reply = compose_entry(entry, question, assistant, locale=locale)
            if len(render((reply,), target)) > 1:
                yield f"{entry.id} in {locale} (more than one message)"
