"""What does an update cost, and how many answers come in a second? Beside two libraries' own echo bots.

    python -m tests.benchmarks.throughput [--rounds 3] [--updates 2000] [--only polling,webhook,latency,steady]

Each bot runs alone on one core, the stand-in for Telegram on the other; rounds alternate between the bots; each run
begins with an empty database and a warmed-up process. CPU time is the operating system's, over all threads. Needs two
cores, Linux, and `pip install -e '.[dev,peers]'`.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from bot.knowledge.loader import load_evaluation, load_knowledge
from tests.benchmarks.bots import PATH, SECRET
from tests.benchmarks.standin import Load

ROOT = Path(__file__).resolve().parent.parent.parent
BOT_CORE, OTHER_CORE = 1, 0
WARM_UP = 1_000  # questions before each measurement: what is written once for each answer is written then
_START_SECONDS = 60.0
_IDLE = 0.03  # seconds of CPU in a second
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bot:
    """One bot in one table."""

    title: str
    name: str  # of tests.benchmarks.bots
    sends: int = 4
    webhook: bool = False
    other_words: bool = False  # asked what no phrasing says word for word, so that each question is compared


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One run of one bot."""

    cpu: float  # seconds for all updates
    memory: float  # MB at the end
    updates: int
    outcome: dict[str, Any]

    @property
    def micros(self) -> float:
        """CPU time of one update in microseconds."""
        return self.cpu / self.updates * 1e6

    @property
    def per_second(self) -> float:
        """Answers a second by the clock."""
        return float(self.outcome["answers"] / self.outcome["seconds"])

    @property
    def p50(self) -> float:
        """Milliseconds from question to answer, median."""
        return float(statistics.median(self.outcome["latencies"])) * 1e3

    @property
    def p99(self) -> float:
        """Milliseconds from question to answer that one in a hundred exceeds."""
        return float(statistics.quantiles(self.outcome["latencies"], n=100)[98]) * 1e3


PTB = Bot(title="python-telegram-bot, echo", name="ptb")
AIOGRAM = Bot(title="aiogram, echo", name="aiogram")
ECHO = Bot(title="Alliance Bot as echo", name="echo")
ANSWERS = Bot(title="Alliance Bot, real answers", name="answers")
COMPARES = Bot(title="Alliance Bot, real answers, asked in other words", name="answers", other_words=True)


def main() -> None:
    """Measure and print tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, choices=range(1, 21))
    parser.add_argument("--updates", type=int, default=2_000)
    parser.add_argument("--only", default="polling,latency,steady")
    arguments = parser.parse_args()
    os.sched_setaffinity(0, {OTHER_CORE})
    questions = _questions()
    for kind in arguments.only.split(","):
        _KINDS[kind](questions, arguments.rounds, arguments.updates)


def polling(questions: list[tuple[str, str]], rounds: int, updates: int) -> None:
    """A backlog that is polled; the API answers at once."""
    print(f"\n### {updates:,} updates waiting, 200 chats, polling, the API answers at once\n")
    _cost(_runs([PTB, AIOGRAM, ECHO, ANSWERS, COMPARES], Load(texts=_some(questions, updates)), rounds))


def webhook(questions: list[tuple[str, str]], rounds: int, updates: int) -> None:
    """The same, posted."""
    print(f"\n### {updates:,} updates posted over 40 connections, 200 chats, the API answers at once\n")
    bots = [
        replace(b, title=f"{b.title}, webhook", webhook=True) for b in (PTB, AIOGRAM, ECHO, ANSWERS, COMPARES)
    ]
    _cost(_runs(bots, Load(texts=_some(questions, updates)), rounds))


def latency(questions: list[tuple[str, str]], rounds: int, _updates: int) -> None:
    """A crowd, and an API that takes 50 ms."""
    print("\n### 400 questions from 200 chats at once, the API takes 50 ms\n")
    bots = [PTB, AIOGRAM]
    for sends in (4, 16, 64):
        bots += [Bot(title=f"{b.title}, {sends} sends", name=b.name, sends=sends) for b in (ECHO, ANSWERS)]
    runs = _runs(bots, Load(texts=_some(questions, 400), delay=0.05), rounds)
    peer = statistics.median(run.per_second for run in next(iter(runs.values())))
    print(
        "| bot | answers/s (min-max) | ratio to the first | lost / surplus / out of order |\n| --- | --- | --- | --- |"
    )
    for bot, measured in runs.items():
        values = [run.per_second for run in measured]
        middle = statistics.median(values)
        print(
            f"| {bot.title} | {middle:,.0f} ({_range(values)}) | {middle / peer:.1f} | {_faults(bot, measured)} |"
        )


def steady(questions: list[tuple[str, str]], rounds: int, _updates: int) -> None:
    """A steady rate, with and without a store."""
    print("\n### 30 questions a second for 20 seconds, the API answers at once\n")
    bots = [PTB]
    for bot in (ECHO, ANSWERS):
        bots += [bot, Bot(title=f"{bot.title}, nothing stored", name=f"{bot.name}-memory")]
    runs = _runs(bots, Load(texts=_some(questions, 600), rate=30.0), rounds)
    print(
        "| bot | p50 ms (min-max) | p99 ms (min-max) | p50: ratio to nothing stored |\n| --- | --- | --- | --- |"
    )
    for bot, measured in runs.items():
        p50, p99 = [run.p50 for run in measured], [run.p99 for run in measured]
        without = next((each for each in runs if each.name == f"{bot.name}-memory"), None)
        ratio = "-"
        if without is not None:
            ratio = f"{statistics.median(p50) / statistics.median(run.p50 for run in runs[without]):.2f}"
        print(f"| {bot.title} | {_middle(p50)} | {_middle(p99)} | {ratio} |")


_KINDS = {"polling": polling, "webhook": webhook, "latency": latency, "steady": steady}


# --- tables -----------------------------------------------------------------------------------------------


def _cost(runs: dict[Bot, list[Measured]]) -> None:
    ptb, aiogram, *_ = ([run.micros for run in measured] for measured in runs.values())
    print(
        "| bot | CPU µs/update (min-max) | updates per CPU second: ratio to python-telegram-bot | to aiogram "
        "| updates/s (min-max) | MB | lost / surplus / out of order |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for bot, measured in runs.items():
        micros = [run.micros for run in measured]
        rates = [run.per_second for run in measured]
        memory = statistics.median(run.memory for run in measured)
        print(
            f"| {bot.title} | {statistics.median(micros):,.0f} ({_range(micros)}) | {_ratio(ptb, micros)} "
            f"| {_ratio(aiogram, micros)} | {statistics.median(rates):,.0f} ({_range(rates)}) | {memory:.0f} "
            f"| {_faults(bot, measured)} |"
        )


def _ratio(peer: list[float], ours: list[float]) -> str:
    """Write the ratio of the medians, and the least and greatest one of a round."""
    each = [one / other for one, other in zip(peer, ours, strict=True)]
    return f"{statistics.median(peer) / statistics.median(ours):.2f} ({min(each):.2f}-{max(each):.2f})"


def _faults(bot: Bot, measured: list[Measured]) -> str:
    worst = [max(run.outcome[name] for run in measured) for name in ("missing", "surplus", "disordered")]
    return f"{worst[0]} / {worst[1]} / {'-' if bot.name.startswith('answers') else worst[2]}"


def _range(values: list[float]) -> str:
    return f"{min(values):,.0f}-{max(values):,.0f}"


def _middle(values: list[float]) -> str:
    return f"{statistics.median(values):.1f} ({min(values):.1f}-{max(values):.1f})"


# --- runs -------------------------------------------------------------------------------------------------


def _questions() -> list[tuple[str, str]]:
    """List the ways of asking that come with the bot, in all languages, in an order that is always the same."""
    knowledge, _ = load_knowledge(ROOT / "knowledge")
    questions = [
        (text, locale.replace("_", "-"))
        for locale, by_entry in knowledge.phrasings.items()
        for texts in by_entry.values()
        for text in texts
    ]
    random.Random(7).shuffle(questions)
    return questions


def _other_questions() -> list[tuple[str, str]]:
    """List the labelled questions in all languages, but for those that are phrasings, in an order that is always the same."""
    phrasings = {text for text, _ in _questions()}
    labelled, _ = load_evaluation(ROOT / "knowledge")
    items = [item for items in labelled.values() for item in items]
    questions = [
        (item.question, item.locale.replace("_", "-")) for item in items if item.question not in phrasings
    ]
    random.Random(7).shuffle(questions)
    return questions


def _some(questions: list[tuple[str, str]], count: int) -> list[tuple[str, str]]:
    """Take so many questions, the last of them for warming up."""
    return [questions[number % len(questions)] for number in range(count + WARM_UP)]


def _runs(bots: list[Bot], load: Load, rounds: int) -> dict[Bot, list[Measured]]:
    runs: dict[Bot, list[Measured]] = {bot: [] for bot in bots}
    for number in range(rounds):
        for bot in bots:
            texts = _some(_other_questions(), len(load.texts) - WARM_UP) if bot.other_words else load.texts
            measured = _run(bot, replace(load, texts=texts))
            runs[bot].append(measured)
            print(
                f"round {number + 1}: {bot.title}: {measured.micros:,.0f} µs, {measured.per_second:,.0f}/s, "
                f"p50 {measured.p50:.1f} ms",
                file=sys.stderr,
                flush=True,
            )
    return runs


def _run(bot: Bot, load: Load) -> Measured:
    port, listen = _free_port(), _free_port()
    fields = asdict(load) | {"texts": load.texts[:-WARM_UP]}
    if bot.webhook:
        fields |= {"webhook": f"http://127.0.0.1:{listen}{PATH}", "secret": SECRET}
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        stack.enter_context(_process(["tests.benchmarks.standin", str(port)], OTHER_CORE))
        _wait_for(port)
        command = ["tests.benchmarks.bots", bot.name, "--api", f"http://127.0.0.1:{port}", "--data", folder]
        command += ["--sends", str(bot.sends), *(["--listen", str(listen)] if bot.webhook else [])]
        process = stack.enter_context(_process(command, BOT_CORE))
        if bot.webhook:
            _wait_for(listen)
        else:
            _ask(port, "/ready", {}, seconds=_START_SECONDS)
        _ask(port, "/load", fields | {"texts": load.texts[-WARM_UP:], "rate": None, "delay": 0.0})
        _wait_until_idle(process.pid)
        before = _cpu(process.pid)
        outcome = _ask(port, "/load", fields)
        cpu, memory = _cpu(process.pid) - before, _memory(process.pid)
    return Measured(cpu=cpu, memory=memory, updates=len(fields["texts"]), outcome=outcome)


@contextlib.contextmanager
def _process(command: list[str], core: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run a module on one core; it is asked to end, then made to."""
    process = subprocess.Popen(
        [sys.executable, "-m", *command], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=_LOG.open("ab")
    )
    os.sched_setaffinity(process.pid, {core})
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _ask(port: int, path: str, body: dict[str, Any], *, seconds: float = 600.0) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
    answer: dict[str, Any] = json.loads(connection.getresponse().read())
    connection.close()
    return answer


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise SystemExit("a process did not start; its messages are in " + str(_LOG))


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def _cpu(pid: int) -> float:
    """Seconds of CPU that a process has used, with all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def _wait_until_idle(pid: int) -> None:
    """Wait until a bot has done what it does after its start, such as loading what it needs later."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        before = _cpu(pid)
        time.sleep(1.0)
        if _cpu(pid) - before <= _IDLE:
            return


def _memory(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


_LOG = Path(tempfile.gettempdir()) / "alliance-bot-throughput.log"

if __name__ == "__main__":
    main()
