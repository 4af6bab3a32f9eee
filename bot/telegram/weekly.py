"""What do staff hear of last week, without asking?

One line each, once a week from Monday 08:00 UTC on, whichever process gets to it first. A shared note says who has been
told of which week; it is written after each message, so a crash in between repeats one message and loses none (at
least once). The week in which the bot runs for the first time ends without a line.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

import structlog

from bot.answering.assistant import Assistant
from bot.errors import DeliveryError, DeliveryMoved, DeliveryRefused, StorageUnavailable
from bot.language import insight_texts as texts
from bot.language.formats import format_share
from bot.staff.figures import Insights, Period
from bot.staff.reporting import figures_of
from bot.storage.store import Store
from bot.telegram.intake import CHANNEL
from bot.telegram.pages import page
from bot.telegram.render import Target, render
from bot.telegram.staff_languages import language_of
from bot.types import ChatRef, OutgoingMessage

NOTE = "insights"  # of the shared note, and of the lease of whoever sends
COMMAND = "alliance-bot insights"

_HOUR = 8  # of Monday, in UTC
_SECONDS = 300.0  # between two looks at the clock

_log = structlog.get_logger(__name__)


class Send(Protocol):
    """Sends one message."""

    def __call__(self, message: OutgoingMessage, /) -> Awaitable[str | None]:
        """Send it, or raise a DeliveryError."""


class Weekly:
    """Tells staff once a week.

    Args:
        store: Holds the records, and the note of who has been told.
        send: Sends one message.
        assistant: Gives the present snapshot.
        staff: Who is told.
        now: The time.
        link: Address of the page, as staff reach it; None names the command that makes it.
        staff_here: Whether somebody of the staff can be written to at all; whoever cannot counts as told.
    """

    def __init__(
        self,
        store: Store,
        *,
        send: Send,
        assistant: Callable[[], Assistant],
        staff: Collection[int],
        now: Callable[[], datetime],
        link: str | None = None,
        staff_here: Callable[[int], bool] = lambda _: True,
    ) -> None:
        self._store = store
        self._send = send
        self._assistant = assistant
        self._staff = tuple(sorted(staff))
        self._now = now
        self._link = link
        self._staff_here = staff_here

    async def keep(self) -> None:
        """Look at the clock now and then, until cancelled."""
        while True:
            try:
                await self.tell()
            except StorageUnavailable as exc:
                _log.warning("week_not_told", reason=str(exc))
            await asyncio.sleep(_SECONDS)

    async def tell(self) -> None:
        """Tell everybody who has not been told of the last week yet; what cannot be sent now is left for later.

        Raises:
            StorageUnavailable: Nobody can say who has been told.
        """
        week = _last_week(self._now())
        if not self._staff or not await self._untold(week) or await self._store.lease(NOTE) is not None:
            return
        try:
            untold = await self._untold(week)  # another process may just have been here
            if untold:
                await self._tell(week, untold)
        finally:
            await self._store.unlease(NOTE)

    async def _untold(self, week: Period) -> tuple[int, ...]:
        noted = await self._store.note(NOTE)
        if noted is None:
            await self._note(week, self._staff)
            return ()
        told = _told(noted, week)
        return tuple(person for person in self._staff if person not in told)

    async def _tell(self, week: Period, people: Collection[int]) -> None:
        assistant = self._assistant()
        found = await figures_of(self._store, assistant, period=week, now=self._now())
        told = set(self._staff) - set(people)
        for person in people:
            if (
                await self._store.lease(NOTE) is not None
            ):  # it is renewed, unless this process was away for too long
                return
            if not self._staff_here(person) or await self._sent(found, person, assistant):
                told.add(person)
                await self._note(week, told)

    async def _sent(self, found: Insights, person: int, assistant: Assistant) -> bool:
        """Send the line in the reader's language; whoever will never get it counts as told."""
        chat = ChatRef(channel=CHANNEL, chat_id=str(person))
        locale = await language_of(chat, self._store, assistant, self._now())
        told = page(weekly_line(found, assistant, locale, self._link), locale)
        try:
            for message in render([told], Target(chat=chat)):
                await self._send(message)
        except (DeliveryRefused, DeliveryMoved) as exc:
            _log.warning("week_refused", reason=str(exc))
        except DeliveryError as exc:
            _log.info("week_not_delivered", reason=str(exc))
            return False
        return True

    async def _note(self, week: Period, told: Collection[int]) -> None:
        await self._store.set_note(NOTE, " ".join((week.first.isoformat(), *map(str, sorted(told)))))


def weekly_line(found: Insights, assistant: Assistant, locale: str, link: str | None) -> str:
    """Write the line in a language, with the way to the page."""
    first, last = found.period.first, found.period.last
    say, questions = assistant.catalogs.text, found.questions
    if questions:
        line = say(
            locale,
            texts.WEEKLY,
            count=questions,
            share=format_share(found.count("answered") / questions, locale),
            unanswered=found.count("unanswered"),
            due=len(found.due),
        )
    else:
        line = say(locale, texts.WEEKLY_NOTHING, due=len(found.due))
    if link is None:
        command = f"{COMMAND} --from {first} --to {last} --html FILE"
        return f"{line}\n{say(locale, texts.WEEKLY_COMMAND, command=command)}"
    return f"{line}\n{link}?from={first}&to={last}"


def _last_week(now: datetime) -> Period:
    """Find the week, Monday to Sunday in UTC, that staff should have been told of by now."""
    day = (now.astimezone(UTC) - timedelta(hours=_HOUR)).date()
    monday: date = day - timedelta(days=day.weekday())
    return Period(first=monday - timedelta(days=7), last=monday - timedelta(days=1))


def _told(noted: str, week: Period) -> frozenset[int]:
    """Read who has been told of a week; nobody when the note is about an earlier one."""
    day, *people = noted.split()
    return frozenset(int(person) for person in people) if day == week.first.isoformat() else frozenset()
