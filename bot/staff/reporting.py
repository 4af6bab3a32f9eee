"""How does the report on a period come from a store to whoever wants to see it?

The counting runs on a thread of its own, one report at a time: whoever asks the bot something meanwhile is answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.answering.assistant import Assistant
from bot.errors import StorageUnavailable
from bot.language.negotiate import negotiate
from bot.staff.figures import FEWEST_PEOPLE, Insights, Period, Unanswered, period_of
from bot.staff.insight_page import POLICY, report_page
from bot.staff.insights import ending_of, insights
from bot.staff.review import review
from bot.storage.store import DecisionRecord, Store
from bot.types import Overlay

PATH = "/insights"

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


async def figures_of(
    store: Store, assistant: Assistant, *, period: Period, now: datetime, askers: int = FEWEST_PEOPLE
) -> Insights:
    """Read the records of a period and count.

    Args:
        store: Only read.
        assistant: Whose entries and translations are looked at.
        period: Which days.
        now: The time; translations and review dates are looked at on its day.
        askers: How many people must have asked before a question is shown, where that is more than here.

    Raises:
        StorageUnavailable: The store cannot be read.
    """
    records = await store.decisions(period.since, period.before)
    votes = await store.votes()
    people = max(askers, FEWEST_PEOPLE)

    def count() -> Insights:
        clusters = unanswered_of(records, assistant, now=now, people=people)
        found = insights(records, votes, assistant, period=period, today=now.date(), clusters=clusters)
        return replace(found, people=people)

    return await asyncio.to_thread(count)


def unanswered_of(
    records: Sequence[DecisionRecord], assistant: Assistant, *, now: datetime, people: int
) -> tuple[Unanswered, ...]:
    """Group the unanswered questions whose wording is still kept as the review queue does, most asked first.

    What is answered by now is left out.
    """
    asked = [record for record in records if ending_of(record) == "unanswered"]
    queue = review(asked, (), verdicts=(), overlay=Overlay(), assistant=assistant, now=now, askers=people)
    clusters = [
        Unanswered(
            text=one.wordings[0].text,
            locale=one.wordings[0].locale,
            questions=one.times,
            people=one.askers,
        )
        for one in queue.waiting
    ]
    return tuple(sorted(clusters, key=lambda one: (-one.questions, -one.people, one.text)))


def report_route(
    store: Store,
    assistant: Callable[[], Assistant],
    *,
    now: Callable[[], datetime],
    askers: int = FEWEST_PEOPLE,
) -> Route:
    """Make the route that shows the page: `/insights?from=2026-11-01&to=2026-11-30&locale=ar`, each optional.

    Args:
        store: Only read.
        assistant: Gives the present snapshot.
        now: The time; it is read in UTC.
        askers: How many people must have asked before a question is shown, where that is more than here.
    """
    one_at_a_time = asyncio.Lock()

    async def show(request: Request) -> Response:
        snapshot, asked = assistant(), request.query_params
        locale = negotiate(asked.get("locale") or snapshot.default_locale, snapshot.catalogs.locales)
        if locale is None:
            there = ", ".join(snapshot.catalogs.locales)
            return PlainTextResponse(f"locale: there are {there}\n", 400, headers=_HEADERS)
        try:
            period = period_of(asked.get("from"), asked.get("to"), today=now().date())
        except ValueError as exc:
            return PlainTextResponse(f"{exc}\n", 400, headers=_HEADERS)
        try:
            async with one_at_a_time:
                found = await figures_of(store, snapshot, period=period, now=now(), askers=askers)
                page = await asyncio.to_thread(report_page, found, snapshot, locale)
        except StorageUnavailable as exc:
            return PlainTextResponse(f"the store cannot be read now: {exc}\n", 503, headers=_HEADERS)
        return HTMLResponse(page, headers=_HEADERS)

    return Route(PATH, show, name="insights")
