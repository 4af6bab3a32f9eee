"""Which notices are due, and is anything wrong with those that staff wrote?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date

from bot.knowledge.content import Content, problem
from bot.knowledge.entries import NOTICE_LIMIT, KnowledgeBase, Notice
from bot.language.limits import length
from bot.types import Problem


def due(
    knowledge: KnowledgeBase, today: date, *, locale: str, topics: Collection[str], told: Collection[str] = ()
) -> tuple[Notice, ...]:
    """List what somebody is to be told now, in file order.

    Args:
        knowledge: With its notices.
        today: In UTC.
        locale: In which the person reads.
        topics: Of what is answered.
        told: Ids of the notices that the person has been told.
    """
    return tuple(
        notice
        for notice in knowledge.notices
        if notice.begins <= today <= notice.until
        and notice.id not in told
        and (not notice.locales or locale in notice.locales)
        and (not notice.topics or not set(notice.topics).isdisjoint(topics))
    )


def long_notices(content: Content) -> Iterator[Problem]:
    """A notice leaves room for the answer below it."""
    for notice in content.knowledge.notices:
        if (count := length(notice.text)) > NOTICE_LIMIT:
            message = f"{notice.id} has {count} characters; {NOTICE_LIMIT} are the limit"
            yield problem(notice.place("text"), "too-long", message, "shorten it")


def expired_notices(content: Content) -> Iterator[Problem]:
    """What nobody is told any more need not stand here."""
    for notice in content.knowledge.notices:
        if content.today is not None and notice.until < content.today:
            message = f"{notice.id} has been out of date since {notice.until}"
            yield problem(notice.place("until"), "expired-notice", message, "remove it", "warning")


def notices_without_readers(content: Content) -> Iterator[Problem]:
    """A language that a notice is for has a catalog."""
    for notice in content.knowledge.notices:
        for position, locale in enumerate(notice.locales):
            if locale not in content.catalogs.locales:
                place, there = notice.place("locales", position), ", ".join(content.catalogs.locales)
                message = f"nobody reads in {locale}: it has no catalog"
                yield problem(place, "unread-notice", message, f"there are: {there}", "warning")


NOTICE_CHECKS: tuple[Callable[[Content], Iterator[Problem]], ...] = (
    long_notices,
    expired_notices,
    notices_without_readers,
)
