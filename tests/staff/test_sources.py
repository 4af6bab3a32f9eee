"""Links of sources are asked on this machine; what does not answer is told apart and named with what it carries."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.knowledge.loader import load_knowledge
from bot.staff.sources import USER_AGENT, Checked, _is_private, check_links, report, to_json
from tests.conftest import ROOT
from tests.knowledge.conftest import FILES

Serve = Callable[..., Awaitable[str]]
Asked = list[tuple[str, str, str]]  # method, path, who asks


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def asked() -> Asked:
    return []


@pytest.fixture
async def serve(asked: Asked) -> AsyncIterator[Serve]:
    """Start a server on this machine; paths lead to a status, or to what answers."""
    runners: list[web.AppRunner] = []

    async def start(paths: Mapping[str, Any], tls: ssl.SSLContext | None = None) -> str:
        async def answer(request: web.Request) -> web.StreamResponse:
            asked.append((request.method, request.path, request.headers["User-Agent"]))
            what = paths.get(request.path, 404)
            if isinstance(what, int):
                return web.Response(status=what)
            if isinstance(what, str):
                return web.Response(status=302, headers={"Location": what})
            response: web.StreamResponse = await what(request)
            return response

        application = web.Application()
        application.router.add_route("*", "/{path:.*}", answer)
        runner = web.AppRunner(application)
        runners.append(runner)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
        await site.start()
        port = runner.addresses[0][1]
        return f"{'https' if tls else 'http'}://127.0.0.1:{port}"

    yield start
    for runner in runners:
        await runner.cleanup()


def content(folder: Path, urls: Mapping[str, str | None]) -> Path:
    """Write a knowledge base whose only facts name the first source, and one answer that names all."""
    listed = [
        FILES["sources.yaml"]
        .replace("id: page", f"id: {name}")
        .replace("https://example.org/page", url or "")
        if url
        else FILES["sources.yaml"]
        .replace("id: page", f"id: {name}")
        .replace("  url: https://example.org/page\n", "")
        for name, url in urls.items()
    ]
    first = next(iter(urls))
    files = {
        **FILES,
        "sources.yaml": "".join(listed),
        "facts.yaml": FILES["facts.yaml"].replace("source: page", f"source: {first}"),
        "entries/launch.yaml": FILES["entries/launch.yaml"] + f"    sources: [{', '.join(urls)}]\n",
    }
    for name, text in files.items():
        path = folder / "knowledge" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder / "knowledge"


def self_signed(folder: Path) -> ssl.SSLContext:
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    made += ["-keyout", str(key), "-out", str(certificate), "-subj", "/CN=127.0.0.1", "-days", "1"]
    subprocess.run(made, check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    return tls


async def checked(folder: Path, urls: Mapping[str, str | None], **limits: float) -> dict[str, Checked]:
    knowledge, problems = load_knowledge(content(folder, urls))
    assert not [problem for problem in problems if problem.severity == "error"], problems
    seconds, total = limits.get("seconds", 20), limits.get("total", 60)
    found = await check_links(knowledge, seconds=seconds, total=total, pause=0)
    return {one.source.id: one for one in found}


async def test_each_way_not_to_answer_is_told_apart(serve: Serve, tmp_path: Path) -> None:
    paths = {"/good": 200, "/gone": 404, "/removed": 410, "/shut": 403, "/busy": 429, "/broken": 500}
    at = await serve(paths)
    found = await checked(tmp_path, {name.strip("/"): at + name for name in paths})
    assert {name: (one.verdict, one.detail) for name, one in found.items()} == {
        "good": ("answers", ""),
        "gone": ("gone", "404 Not Found"),
        "removed": ("gone", "410 Gone"),
        "shut": ("refused", "403 Forbidden"),
        "busy": ("refused", "429 Too Many Requests"),
        "broken": ("failing", "500 Internal Server Error"),
    }
    assert {name for name, one in found.items() if one.bad} == {"gone", "removed", "broken"}
    assert found["good"].entries == ("launch-when", "member-count")
    assert found["gone"].entries == ("member-count",)


async def test_a_link_that_leads_to_another_page_has_moved(serve: Serve, tmp_path: Path) -> None:
    elsewhere = await serve({"/new": 200})
    at = await serve(
        {
            "/home": "/",
            "/": 200,
            "/other": f"{elsewhere}/new",
            "/slash": "/slash/",
            "/slash/": 200,
            "/dying": "/dead",
            "/round": "/round",
            "/mail": "mailto:x@example.org",
        }
    )
    names = ("home", "other", "slash", "dying", "round", "mail")
    found = await checked(tmp_path, {name: f"{at}/{name}" for name in names})
    told = {name: (one.verdict, one.leads_to) for name, one in found.items()}
    assert told == {
        "home": ("moved", f"{at}/"),
        "other": ("moved", f"{elsewhere}/new"),
        "slash": ("answers", None),
        "dying": ("gone", f"{at}/dead"),
        "round": ("failing", None),
        "mail": ("moved", "mailto:x@example.org"),
    }


async def test_a_server_that_refuses_head_is_asked_for_the_page(
    serve: Serve, tmp_path: Path, asked: Asked
) -> None:
    async def only_get(request: web.Request) -> web.Response:
        return web.Response(status=200 if request.method == "GET" else 405)

    at = await serve({"/page": only_get})
    found = await checked(tmp_path, {"page": f"{at}/page"})
    assert found["page"].verdict == "answers"
    assert [each[:2] for each in asked] == [("GET", "/robots.txt"), ("HEAD", "/page"), ("GET", "/page")]
    assert {who for _, _, who in asked} == {USER_AGENT}


async def test_what_robots_txt_forbids_is_not_asked_and_not_called_dead(
    serve: Serve, tmp_path: Path, asked: Asked
) -> None:
    async def robots(_: web.Request) -> web.Response:
        return web.Response(text="User-agent: *\nDisallow: /closed\n")

    at = await serve({"/robots.txt": robots, "/open": 200})
    found = await checked(tmp_path, {"open": f"{at}/open", "closed": f"{at}/closed/page"})
    assert (found["closed"].verdict, found["closed"].detail) == ("refused", "robots.txt forbids it")
    assert not found["closed"].bad
    assert [path for _, path, _ in asked] == ["/robots.txt", "/open"]


async def test_one_host_is_asked_one_page_at_a_time_and_one_link_once(serve: Serve, tmp_path: Path) -> None:
    at_once: list[int] = []
    now = 0

    async def slow(_: web.Request) -> web.Response:
        nonlocal now
        now += 1
        at_once.append(now)
        await asyncio.sleep(0)
        now -= 1
        return web.Response()

    at = await serve({f"/{number}": slow for number in range(5)})
    urls = {f"page-{number}": f"{at}/{number}" for number in range(5)}
    found = await checked(tmp_path, {**urls, "again": f"{at}/4"})
    assert {one.verdict for one in found.values()} == {"answers"}
    assert at_once == [1] * 5


async def test_time_is_bounded_for_one_link_and_for_all(serve: Serve, tmp_path: Path) -> None:
    never = asyncio.Event()

    async def silent(request: web.Request) -> web.Response:
        if request.path != "/robots.txt":
            await never.wait()
        return web.Response()

    at = await serve({"/robots.txt": 404, "/silent": silent})
    found = await checked(tmp_path, {"silent": f"{at}/silent"}, seconds=0.2)
    assert found["silent"].verdict == "timeout"
    found = await checked(tmp_path, {"silent": f"{at}/silent", "late": f"{at}/late"}, total=0.2)
    assert {one.verdict for one in found.values()} == {"not-asked"}
    assert all(one.bad for one in found.values())
    never.set()


async def test_nobody_listens_or_the_certificate_is_not_valid(serve: Serve, tmp_path: Path) -> None:
    tls = self_signed(tmp_path)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound and not listening: whoever calls is refused
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}/page"
        found = await checked(
            tmp_path, {"nobody": nobody, "fake": f"{await serve({}, tls)}/page", "paper": None}
        )
    assert found["nobody"].verdict == "unreachable"
    assert found["fake"].verdict == "certificate"
    assert "self-signed" in found["fake"].detail.replace("self signed", "self-signed")
    assert set(found) == {"nobody", "fake"}  # a source without link is none to ask


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "::1", "fe80::1"]
)
async def test_addresses_of_internal_networks_are_known(host: str) -> None:
    assert await _is_private(host)


@pytest.mark.parametrize("host", ["93.184.216.34", "2606:4700::1111"])
async def test_public_addresses_are_known(host: str) -> None:
    assert not await _is_private(host)


async def test_a_public_page_does_not_lead_this_program_into_the_internal_network(
    serve: Serve, tmp_path: Path, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = await serve({"/page": "http://localhost:9/secret"})
    real = _is_private

    async def seen_from_outside(host: str) -> bool:
        return host != "127.0.0.1" and await real(host)  # the server of this test counts as public

    monkeypatch.setattr("bot.staff.sources._is_private", seen_from_outside)
    found = await checked(tmp_path, {"page": f"{at}/page"})
    assert found["page"].verdict == "moved"
    assert found["page"].detail == "not followed: an address of an internal network"
    assert [path for _, path, _ in asked] == ["/robots.txt", "/page"]


async def test_the_report_names_the_place_the_trouble_and_the_answers(serve: Serve, tmp_path: Path) -> None:
    at = await serve({"/good": 200, "/old": "/good"})
    found = tuple((await checked(tmp_path, {"good": f"{at}/good", "old": f"{at}/old"})).values())
    line, last = report(found)
    place = f"{tmp_path}/knowledge/sources.yaml:7:"
    assert line.startswith(place)
    assert line.endswith(f": old: {at}/old leads elsewhere: {at}/good; answers: member-count")
    assert last == "of 2 links 1 answers; 1 moved"
    assert to_json(found[1])["leads_to"] == f"{at}/good"


async def test_the_command_exits_with_one_when_a_link_is_dead(serve: Serve, tmp_path: Path) -> None:
    at = await serve({"/good": 200})
    for urls, status in (({"good": f"{at}/good"}, 0), ({"good": f"{at}/good", "dead": f"{at}/dead"}, 1)):
        folder = content(tmp_path, urls)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "sources", "--json", "--knowledge", str(folder)),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
        )
        out, _ = await asyncio.wait_for(process.communicate(), 120)
        assert process.returncode == status
        assert [one["verdict"] for one in json.loads(out)] == ["answers", "gone"][: len(urls)]
