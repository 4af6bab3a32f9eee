"""Are people answered rightly while staff edit the content? Bad edits under load, then good ones.

Everybody asks once, in a chat of their own, about one figure that the good edit changes in every language. So a reply
shows of which revision it is, and one that is half of each, or of neither, is wrong.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from bot.storage.choice import DATABASE
from bot.storage.sqlite import SqliteStore
from tests.reliability.bench import Bench
from tests.reliability.content import ROOT, Content
from tests.reliability.ledger import Ledger, Sending, Tally
from tests.reliability.rows import Row, faults_of
from tests.reliability.sockets import LOOPBACK, free_port
from tests.reliability.standin import Standin
from tests.reliability.trial import Trial

_SENDS = 16  # at 30 ms each that is room for 500 a second
_MOST_WAITING = 300  # questions; more would only show how slow the machine is
_LONGEST = 180.0  # seconds for anything here; a bound for what hangs, not an expectation
_MORE = 100  # questions that follow the last edit at least
_FIRST_PERSON = 800_000_000

ASKED = {  # the same fact in every language
    "en": "How many institutions were in the alliance at its launch?",
    "fr": "membres au lancement",
    "es": "¿Cuántos miembros tenía la alianza al principio?",
    "pt": "Com quantas instituições a WDEA começou?",
    "ru": "Сколько было членов, когда альянс только учредили?",
    "ar": "عدد المؤسسات عند الإطلاق",
    "zh-hans": "创始成员有多少",
}
FIGURE = (
    "knowledge/facts.yaml",
    "      value: 104\n      unit: institutions",
    "      value: 105\n      unit: institutions",
)

PHRASING = (  # one language has to be learnt again
    "knowledge/phrasings/en.yaml",
    "  - website of WDEA\n",
    "  - the address of your pages on the web\n  - website of WDEA\n",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BadEdit:
    """A mistake that staff may make."""

    name: str
    file: str
    old: str
    new: str
    below: int = 0  # lines from the edit to the place that is told
    code: str  # of the problem


BAD = (
    BadEdit(
        name="syntax error",
        file="knowledge/entries/members.yaml",
        old="order: 3",
        new="order: [3",
        below=1,
        code="yaml-syntax",
    ),
    BadEdit(
        name="unknown fact",
        file="knowledge/entries/members.yaml",
        old="launch-members-countries]\n    related: [members-now, countries",
        new="launch-members-countries, launch-members-cities]\n    related: [members-now, countries",
        code="unknown-fact",
    ),
    BadEdit(
        name="confusing phrasing",
        file="knowledge/phrasings/en.yaml",
        old="  - website of WDEA\n",
        new="  - who proposed the world digital education alliance\n  - website of WDEA\n",
        code="phrasing-confusable",
    ),
    BadEdit(
        name="broken placeholder",
        file="locales/fr/LC_MESSAGES/knowledge.po",
        old="l’alliance réunissait {launch_members_institutions, plural",
        new="l’alliance réunissait {launch_members_institution, plural",
        below=-4,
        code="unknown-placeholder",
    ),
)


class Answers(Ledger):
    """Who was told what, and when first."""

    def __init__(self) -> None:
        super().__init__()
        self.told: dict[int, list[str]] = {}
        self.at: dict[int, float] = {}

    def send(self, chat: int, text: str, quoted: int | None, sending: Sending) -> None:
        """Write down a message of the bot."""
        self.told.setdefault(chat, []).append(text)
        self.at.setdefault(chat, sending.at)

    def busiest(self, seconds: int) -> float:
        """Say how many were answered a second, in the best so many seconds on end."""
        each = Counter(int(at) for at in self.at.values())
        spans = (sum(each[first + more] for more in range(seconds)) for first in each)
        return max(spans, default=0) / seconds


@dataclass(slots=True)
class Askers:
    """People who ask, each one question, as long as they are let."""

    standin: Standin
    answers: Answers
    asked: dict[int, tuple[str, float]] = field(default_factory=dict)  # chat -> language, when

    def ask(self, client: str) -> int:
        """Let the next person ask."""
        chat = _FIRST_PERSON + len(self.asked)
        self.asked[chat] = (client, asyncio.get_running_loop().time())
        person = {"id": chat, "is_bot": False, "first_name": "Ana", "language_code": client}
        message = {
            "message_id": 1,
            "date": int(time.time()),
            "from": person,
            "chat": {"id": chat, "type": "private", "first_name": "Ana"},
            "text": ASKED[client],
        }
        self.standin.push(chat, {"update_id": self.standin.updates.number(), "message": message})
        return chat

    async def each(self) -> dict[str, str]:
        """Ask in every language, and wait for the answers."""
        chats = {client: self.ask(client) for client in ASKED}
        await until(lambda: all(chat in self.answers.told for chat in chats.values()))
        return {client: self.answers.told[chat][0] for client, chat in chats.items()}

    async def ask_at(self, rate: float, enough: asyncio.Event) -> None:
        """Ask so many a second, fewer where the bot does not keep up."""
        clock = asyncio.get_running_loop().time
        clients, began, count = tuple(ASKED), clock(), 0
        while not enough.is_set():
            while count < (clock() - began) * rate and not enough.is_set():
                if self.waiting() >= _MOST_WAITING:
                    began = clock() - count / rate  # what was not asked is not made up for
                    break
                self.ask(clients[count % len(clients)])
                count += 1
            await asyncio.sleep(0.004)

    def waiting(self) -> int:
        """Count who has no answer yet."""
        return len(self.asked) - len(self.answers.told)


class Desk:
    """Where an editor works on a copy of the real content, and looks at what the bot says of it."""

    def __init__(self, content: Content, address: str, session: aiohttp.ClientSession) -> None:
        self.content = content
        self._address = address
        self._session = session

    def edit(self, file: str, old: str, new: str) -> tuple[Path, int, Callable[[], object]]:
        """Replace a text in a file; name the place, and how it is undone."""
        path = self.content.knowledge.parent / file
        text = path.read_text("utf-8")
        assert text.count(old) == 1, (file, old)
        path.write_text(text.replace(old, new), "utf-8")
        return path, text[: text.index(old)].count("\n") + 1, lambda: path.write_text(text, "utf-8")

    async def knowledge(self) -> Mapping[str, Any]:
        """Ask the bot which knowledge answers, and what is wrong with the files."""
        async with self._session.get(self._address) as answer:
            part: dict[str, Any] = json.loads(await answer.read())["parts"]["knowledge"]
        return part

    async def refused(self, bad: BadEdit) -> float:
        """Make a bad edit, see it refused with its place, and undo it; the seconds that took."""
        began, before = time.monotonic(), await self.knowledge()
        path, line, undo = self.edit(bad.file, bad.old, bad.new)
        place = f"{path}:{line + bad.below}:"

        async def told() -> bool:
            return place in ((await self.knowledge()).get("reason") or "")

        await until(told)
        seconds = time.monotonic() - began
        after = await self.knowledge()
        assert bad.code in after["reason"], after
        assert after["revision"] == before["revision"], (before, after)
        undo()
        return seconds

    async def replaced(self, edit: tuple[str, str, str]) -> float:
        """Make a good edit, and see it live; the seconds that took."""
        began, before = time.monotonic(), await self.knowledge()
        self.edit(*edit)

        async def live() -> bool:
            return bool((await self.knowledge())["revision"] != before["revision"])

        await until(live)
        return time.monotonic() - began

    async def well(self) -> None:
        """Wait until nothing is wrong with the files any more."""

        async def fine() -> bool:
            return (await self.knowledge()).get("reason") is None

        await until(fine)


def copied(folder: Path, cache: Path) -> Content:
    """Copy everything that the bot knows."""
    for name in ("knowledge", "locales"):
        shutil.copytree(ROOT / name, folder / name)
    return Content(knowledge=folder / "knowledge", locales=folder / "locales", cache=cache)


async def edited(bench: Bench, content: Content, *, rate: float = 200.0, seconds: float = 0.0) -> Row:
    """Edit while so many ask each second, for as long as the edits take, and at least for so many seconds."""
    port, seed = free_port(), bench.next_seed
    settings: dict[str, Any] = {"environment": {"ALLIANCE_BOT_OPS_LISTEN": f"{LOOPBACK}:{port}"}}
    async with (
        bench.trial("polling", start=False, content=content, sends=_SENDS, chats=0, **settings) as trial,
        aiohttp.ClientSession() as session,
    ):
        trial.standin.ledger = answers = Answers()
        await trial.bot.start(within=_LONGEST)  # languages may have to be learnt first
        askers = Askers(trial.standin, answers)
        desk = Desk(content, f"http://{LOOPBACK}:{port}/readyz", session)
        first = str((await desk.knowledge())["revision"])
        before = await askers.each()
        quiet, began, used = len(askers.asked), time.monotonic(), _cpu(trial.bot.pid)
        enough = asyncio.Event()
        asking = asyncio.create_task(askers.ask_at(rate, enough))
        try:
            took = {bad.name: await desk.refused(bad) for bad in BAD}
            await desk.well()
            took["figure"] = await desk.replaced(FIGURE)
            took["phrasing"] = await desk.replaced(PHRASING)
            least = len(askers.asked) + _MORE
            await until(lambda: len(askers.asked) >= least and time.monotonic() - began >= seconds)
        finally:
            enough.set()
            await asking
        loaded = len(askers.asked) - quiet
        await until(lambda: not askers.waiting(), within=60.0, fail=False)
        reached = loaded / (time.monotonic() - began)
        cpu = 1000 * (_cpu(trial.bot.pid) - used) / loaded
        after = await askers.each()
        await asyncio.sleep(1.0)  # for doubles that come late
        if (status := await trial.bot.stop()) != 0:
            raise RuntimeError(f"bot ended with status {status} when it was told to stop")
        decided = await _decided(trial)
    tally, renewed = _tally(askers, before, after)
    wrong = list(faults_of(tally))
    wrong += [f"{client}: the answer did not change" for client in ASKED if before[client] == after[client]]
    if decided[first] != len(askers.asked) - renewed or decided.total() != len(askers.asked):
        wrong.append(
            f"by the store it was answered {dict(decided)}, by what was said {renewed} times by others than {first}"
        )
    waits = ", ".join(f"{name} {value:.1f} s" for name, value in took.items())
    remark = (
        f"{reached:.0f} answers/s of {rate:.0f} wanted, {answers.busiest(10):.0f} in the best 10 s; load average "
        f"{os.getloadavg()[0]:.1f}, {cpu:.1f} ms of CPU an answer, with what the edits take; "
        f"{renewed} with the new figure; told or live after: {waits}"
    )
    name = f"4 bad edits and 2 good ones at {rate:.0f}/s"
    return Row(scenario=name, mode="polling", tally=tally, seed=seed, faults=tuple(wrong), remark=remark)


def _tally(askers: Askers, before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Tally, int]:
    """Count what came; also how many were told by the last revision."""
    told, waits = askers.answers.told, []
    wrong = doubled = renewed = 0
    for chat, (client, at) in askers.asked.items():
        texts = told.get(chat, [])
        doubled += max(len(texts) - 1, 0)
        wrong += sum(text not in (before[client], after[client]) for text in texts)
        renewed += texts[:1] == [after[client]]
        if texts:
            waits.append(askers.answers.at[chat] - at)
    return Tally(
        questions=len(askers.asked),
        messages=len(askers.asked),
        lost=len(askers.asked) - len(waits),
        doubled=doubled,
        disordered=0,
        strange=wrong + sum(chat not in askers.asked for chat in told),
        kills=0,
        per_kill=(),
        unexplained=doubled,
        seconds=tuple(sorted(waits)),
    ), renewed


async def _decided(trial: Trial) -> Counter[str]:
    """Count in the store by which revision questions were decided."""
    store = SqliteStore(trial.data_dir / DATABASE, retention_days=30)
    await store.open()
    try:
        return Counter(each.revision for each in await store.decisions())
    finally:
        await store.close()


def _cpu(pid: int) -> float:
    """Read how many seconds of CPU a process has taken, without its children."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


async def until(
    found: Callable[[], bool | Awaitable[bool]], *, within: float = _LONGEST, fail: bool = True
) -> None:
    """Wait until something is so.

    Raises:
        TimeoutError: It takes too long, and that is a failure.
    """
    end = time.monotonic() + within
    while True:
        so = found()
        if so if isinstance(so, bool) else await so:
            return
        if time.monotonic() > end:
            if fail:
                raise TimeoutError(f"nothing came of it within {within:g} s")
            return
        await asyncio.sleep(0.1)
