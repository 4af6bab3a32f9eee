"""Do the links of the sources still lead where they did? Each is asked, politely, and what it carries is named.

Hosts are asked side by side, one host's pages one after the other, and nothing that its robots.txt forbids. Redirects
are followed by hand: what a public page says must not make this program call an address of the operator's own network.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Literal
from urllib.parse import SplitResult, urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import aiohttp

from bot.knowledge.entries import KnowledgeBase, Source
from bot.types import Location

Verdict = Literal[
    "answers", "moved", "gone", "failing", "unreachable", "timeout", "certificate", "refused", "not-asked"
]
USER_AGENT = "alliance-bot/0.1 (checks the links of its sources)"

_GOOD = frozenset({"answers", "refused"})
_WORDS: dict[Verdict, str] = {
    "answers": "answers",
    "moved": "leads elsewhere",
    "gone": "is gone",
    "failing": "has trouble",
    "unreachable": "cannot be reached",
    "timeout": "does not answer in time",
    "certificate": "shows a certificate that is not valid",
    "refused": "refuses to be looked at by a program; look yourself",
    "not-asked": "was not asked",
}
_AT_ONCE = 8  # hosts
_PAUSE_SECONDS = 0.5  # between two questions to one host
_REDIRECTS = 8
_ROBOTS_BYTES = 500_000  # of a robots.txt that are read, as RFC 9309 asks for at least
_REFUSING = frozenset({401, 402, 403, 407, 423, 429, 451, 999})
_GONE = frozenset({404, 410})


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What became of one source's link."""

    source: Source
    verdict: Verdict
    detail: str = ""  # such as "404 Not Found"
    leads_to: str | None = None  # another address, after all redirects
    entries: tuple[str, ...]  # answers that name the source

    @property
    def bad(self) -> bool:
        """Whether somebody has to look after it."""
        return self.verdict not in _GOOD


@dataclass(frozen=True, slots=True)
class _Seen:
    verdict: Verdict
    detail: str = ""
    leads_to: str | None = None


async def check_links(
    knowledge: KnowledgeBase, *, seconds: float, total: float, pause: float = _PAUSE_SECONDS
) -> tuple[Checked, ...]:
    """Ask the link of every source that has one, in file order.

    Args:
        knowledge: Where the sources stand, and the entries that name them.
        seconds: How many one answer may take.
        total: Seconds that all may take; what is left then is not asked.
        pause: Seconds between two questions to one host.
    """
    linked = [source for source in knowledge.sources.values() if source.url]
    by_host: dict[str, list[str]] = {}
    for url in dict.fromkeys(source.url for source in linked if source.url):
        by_host.setdefault(urlsplit(url).netloc.lower(), []).append(url)
    seen: dict[str, _Seen] = {}
    limits = aiohttp.ClientTimeout(total=seconds)
    connector = aiohttp.TCPConnector(limit=_AT_ONCE, force_close=True)
    async with aiohttp.ClientSession(
        connector=connector, timeout=limits, headers={"User-Agent": USER_AGENT}, trust_env=True
    ) as session:
        gate = asyncio.Semaphore(_AT_ONCE)
        with suppress(TimeoutError):
            async with asyncio.timeout(total), asyncio.TaskGroup() as group:
                for urls in by_host.values():
                    group.create_task(_host(session, urls, seen, gate, pause))
    late = _Seen("not-asked", f"the {total:g} s for all links were over")
    return tuple(_checked(source, seen.get(source.url or "", late), knowledge) for source in linked)


def report(found: Sequence[Checked]) -> Iterator[str]:
    """Write down what does not answer, a line for each with its place in the file, and how many do."""
    for one in found:
        if one.verdict == "answers":
            continue
        details = f" ({one.detail})" if one.detail else ""
        leads = f": {one.leads_to}" if one.leads_to else ""
        answers = f"; answers: {', '.join(one.entries)}" if one.entries else "; no answer names it"
        place: Location = one.source.location
        yield f"{place}: {one.source.id}: {one.source.url} {_WORDS[one.verdict]}{details}{leads}{answers}"
    counts = {verdict: sum(one.verdict == verdict for one in found) for verdict in _WORDS}
    told = [f"{count} {verdict}" for verdict, count in counts.items() if count and verdict != "answers"]
    rest = f"; {', '.join(told)}" if told else ""
    yield f"of {len(found)} links {counts['answers']} answer{'s' if counts['answers'] == 1 else ''}{rest}"


def to_json(one: Checked) -> dict[str, object]:
    """Give a link the form that `sources --json` prints."""
    return {
        "source": one.source.id,
        "url": one.source.url,
        "verdict": one.verdict,
        "detail": one.detail,
        "leads_to": one.leads_to,
        "file": str(one.source.location.path),
        "line": one.source.location.line,
        "entries": list(one.entries),
    }


def _checked(source: Source, seen: _Seen, knowledge: KnowledgeBase) -> Checked:
    entries = tuple(entry.id for entry in knowledge.entries.values() if source.id in entry.sources)
    return Checked(
        source=source,
        verdict=seen.verdict,
        detail=seen.detail,
        leads_to=seen.leads_to,
        entries=entries,
    )


# --- one host -------------------------------------------------------------------------------------


async def _host(
    session: aiohttp.ClientSession,
    urls: Iterable[str],
    seen: dict[str, _Seen],
    gate: asyncio.Semaphore,
    pause: float,
) -> None:
    async with gate:
        robots: RobotFileParser | None = None
        for url in urls:
            parts = urlsplit(url)
            if parts.scheme not in ("http", "https") or not parts.hostname:
                seen[url] = _Seen("not-asked", "only http and https are")
                continue
            if robots is None:
                robots = await _robots(session, parts)
            if robots.can_fetch(USER_AGENT, url):
                seen[url] = await _asked(session, url)
            else:
                seen[url] = _Seen("refused", "robots.txt forbids it")
            await asyncio.sleep(pause)


async def _robots(session: aiohttp.ClientSession, parts: SplitResult) -> RobotFileParser:
    """Read what a host forbids; nothing where that cannot be read, for then its pages will tell why."""
    robots = RobotFileParser()
    lines: list[str] = []
    with suppress(aiohttp.ClientError, TimeoutError, OSError, ValueError):
        async with session.get(f"{parts.scheme}://{parts.netloc}/robots.txt") as answer:
            if answer.status == HTTPStatus.OK:
                raw = await answer.content.read(_ROBOTS_BYTES)
                lines = raw.decode("utf-8", "replace").splitlines()
    robots.parse(lines)
    return robots


# --- one link -------------------------------------------------------------------------------------


async def _asked(session: aiohttp.ClientSession, url: str) -> _Seen:
    """Ask for the head of a page, and for the page itself where that does not do."""
    seen = await _followed(session, "HEAD", url)
    if seen.verdict in ("answers", "moved", "certificate", "not-asked"):
        return seen
    return await _followed(session, "GET", url)  # many servers treat HEAD as a stranger


async def _followed(session: aiohttp.ClientSession, method: str, url: str) -> _Seen:
    at = url
    private = await _is_private(urlsplit(url).hostname or "")
    try:
        for _ in range(_REDIRECTS):
            async with session.request(method, at, allow_redirects=False) as answer:
                status, reason = answer.status, answer.reason or ""
                onward = answer.headers.get("Location") if 300 <= status < 400 else None
            if onward is None:
                return _judged(status, reason, url, at)
            at = urljoin(at, onward)
            parts = urlsplit(at)
            if parts.scheme not in ("http", "https") or not parts.hostname:
                return _Seen("moved", "not followed: neither http nor https", at)
            if not private and await _is_private(parts.hostname):
                return _Seen("moved", "not followed: an address of an internal network", at)
        return _Seen("failing", f"more than {_REDIRECTS} redirects", _elsewhere(url, at))
    except aiohttp.ClientConnectorCertificateError as exc:
        return _Seen("certificate", str(exc.certificate_error), _elsewhere(url, at))
    except aiohttp.ClientSSLError as exc:
        return _Seen("certificate", str(exc.os_error or exc), _elsewhere(url, at))
    except TimeoutError:
        return _Seen("timeout", "", _elsewhere(url, at))
    except (aiohttp.ClientError, OSError, ValueError) as exc:
        said = str(exc).splitlines() or [type(exc).__name__]
        return _Seen("unreachable", said[0], _elsewhere(url, at))


def _judged(status: int, reason: str, url: str, at: str) -> _Seen:
    told = f"{status} {reason or _phrase(status)}".strip()
    elsewhere = _elsewhere(url, at)
    if 200 <= status < 300:
        return _Seen("moved", "", elsewhere) if elsewhere else _Seen("answers")
    if status in _REFUSING:
        return _Seen("refused", told, elsewhere)
    if status in _GONE:
        return _Seen("gone", told, elsewhere)
    return _Seen("failing", told, elsewhere)


def _phrase(status: int) -> str:
    with suppress(ValueError):
        return HTTPStatus(status).phrase
    return ""


def _elsewhere(url: str, at: str) -> str | None:
    """Tell where a link leads to, unless it is the same page: another scheme or a slash at the end is."""
    return None if _page(url) == _page(at) else at


def _page(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url)
    return (parts.hostname or "").lower(), parts.path.rstrip("/"), parts.query


async def _is_private(host: str) -> bool:
    """Whether a host is of this machine or of a network that is not public; unknown hosts are not."""
    with suppress(OSError, UnicodeError):
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
        return any(not ipaddress.ip_address(str(each[4][0]).partition("%")[0]).is_global for each in found)
    return False
