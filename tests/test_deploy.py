"""The files for operators: they can be read, agree with the program, and say the truth about what is stored."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

from bot.config import SETTINGS
from bot.storage.schema import migrate
from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"
METRICS: Mapping[str, set[str]] = {
    "alliance_bot_updates_total": {"kind"},
    "alliance_bot_decisions_total": {"decision", "locale"},
    "alliance_bot_ignored_total": {"reason"},
    "alliance_bot_answer_seconds_bucket": {"le"},
    "alliance_bot_handling_seconds_bucket": {"le"},
    "alliance_bot_inbox_waiting": set(),
    "alliance_bot_inbox_oldest_seconds": set(),
    "alliance_bot_inbox_dead": set(),
    "alliance_bot_retries_total": {"why"},
    "alliance_bot_flood_waits_total": set(),
    "alliance_bot_poll_age_seconds": set(),
    "alliance_bot_knowledge_info": {"revision"},
}


def text_of(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


# --- what is stored -----------------------------------------------------------------------------------


def documented_columns() -> list[tuple[str, str]]:
    marker = "<!-- columns: compared with the schema by a test -->\n"
    table = text_of("README.md").partition(marker)[2].partition("\n\n")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]
    assert [row for row in rows if len(row) != 5 or not all(row)] == []
    return [(row[0].strip("`"), row[1].strip("`")) for row in rows]


def real_columns() -> list[tuple[str, str]]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrate(connection)
        query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        tables = [name for (name,) in connection.execute(query)]
        return [(t, row[1]) for t in tables for row in connection.execute(f"PRAGMA table_info({t})")]


def test_every_stored_column_says_why_how_long_and_what_erases_it() -> None:
    documented, real = documented_columns(), real_columns()
    missing = [
        f"| `{table}` | `{column}` | … | … | … |"
        for table, column in real
        if (table, column) not in documented
    ]
    surplus = [f"| `{table}` | `{column}` |" for table, column in documented if (table, column) not in real]
    message = "\n".join(["deploy/README.md, What is stored; to add:", *missing, "to take out:", *surplus])
    assert (missing, surplus) == ([], []), message
    assert len(set(documented)) == len(documented)


# --- Prometheus and Grafana ---------------------------------------------------------------------------


def alert_rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load(text_of("alerts.yml"))["groups"]
    assert [group["name"] for group in groups] == ["alliance-bot"]
    rules: list[dict[str, Any]] = groups[0]["rules"]
    return rules


def dashboard() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text_of("grafana-dashboard.json"))
    return found


def queries() -> list[str]:
    """All expressions, with Grafana's variables as Prometheus would get them."""
    shown = [target["expr"] for panel in dashboard()["panels"] for target in panel["targets"]]
    return [rule["expr"] for rule in alert_rules()] + [
        expr.replace("$__rate_interval", "5m") for expr in shown
    ]


def selectors(expression: object) -> Iterator[promql_parser.VectorSelector]:
    """All selectors within a parsed expression."""
    if isinstance(expression, promql_parser.VectorSelector):
        yield expression
    for name in ("expr", "lhs", "rhs", "vector_selector", "param"):
        inner = getattr(expression, name, None)
        if inner is not None:
            yield from selectors(inner)
    args = getattr(expression, "args", None)
    for inner in args if isinstance(args, list) else ():
        yield from selectors(inner)


@pytest.mark.parametrize("query", queries())
def test_queries_are_promql_about_metrics_that_there_are(query: str) -> None:
    found = list(selectors(promql_parser.parse(query)))
    assert {selector.name for selector in found} == set(re.findall(r"alliance_bot_\w+", query)) != set()
    labels: set[str] = set()
    for selector in found:
        labels |= METRICS[selector.name or ""]
    grouped = {label for names in re.findall(r"by \(([^)]*)\)", query) for label in names.split(", ")}
    matched = set(re.findall(r'(\w+)\s*(?:=~|!=|!~|=)\s*"', query))
    assert grouped | matched <= labels


def test_every_metric_is_looked_at() -> None:
    used = set(re.findall(r"alliance_bot_\w+", " ".join(queries())))
    assert used == set(METRICS)


def test_alerts_say_what_to_do() -> None:
    rules = alert_rules()
    assert len({rule["alert"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["labels"]["severity"] in ("warning", "critical"), rule["alert"]
        assert rule["annotations"].keys() == {"summary", "action"}, rule["alert"]
        promql_parser.parse(f"up[{rule['for']}]")  # a duration
    about = " ".join(rule["expr"] for rule in rules)
    for metric in ("inbox_oldest_seconds", "inbox_dead", "poll_age_seconds", "flood_waits_total"):
        assert f"alliance_bot_{metric}" in about


def test_the_dashboard_has_a_place_for_every_panel() -> None:
    panels = dashboard()["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    cells: set[tuple[int, int]] = set()
    for panel in panels:
        x, y, w, h = (panel["gridPos"][name] for name in "xywh")
        assert x + w <= 24
        own = {(column, row) for column in range(x, x + w) for row in range(y, y + h)}
        assert not own & cells, panel["title"]
        cells |= own
        assert panel["title"]
        assert panel["description"]
    assert {target["datasource"]["uid"] for panel in panels for target in panel["targets"]} == {"${source}"}


# --- Docker -------------------------------------------------------------------------------------------


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(text_of("docker-compose.yml"))
    return found


def test_the_compose_file_follows_the_public_schema() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    file = str(DEPLOY / "docker-compose.yml")
    result = subprocess.run([*command, file], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_compose_file_has_two_replicas_over_one_database() -> None:
    services = compose()["services"]
    assert services["bot"]["deploy"]["replicas"] == 2
    assert services["bot"]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert services["migrate"]["depends_on"]["database"]["condition"] == "service_healthy"
    assert "pg_isready" in services["database"]["healthcheck"]["test"]
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    for name in ("bot", "migrate", "proxy"):
        assert services[name]["read_only"] is True
        assert services[name]["cap_drop"] == ["ALL"]


def test_the_compose_file_names_only_what_it_declares() -> None:
    whole = compose()
    for service in whole["services"].values():
        assert set(service["networks"]) <= set(whole["networks"])
        assert set(service.get("secrets", ())) <= set(whole["secrets"])
        mounts = [volume.split(":")[0] for volume in service.get("volumes", ())]
        for mount in mounts:
            assert (DEPLOY / mount).is_file() if mount.startswith(".") else mount in whole["volumes"]
    files = {secret["file"] for secret in whole["secrets"].values()}
    assert files == {f"./secrets/{name}" for name in whole["secrets"]}


def test_no_secret_stands_in_an_environment() -> None:
    secret = {setting.name for setting in SETTINGS if setting.secret}
    for service in compose()["services"].values():
        assert not secret & set(service["environment"])
        for name, value in service["environment"].items():
            if name.endswith("_FILE"):
                assert value.removeprefix("/run/secrets/") in service["secrets"]


def instructions() -> list[tuple[str, str]]:
    """The instructions of the Dockerfile, as (word, the rest on one line)."""
    lines = [line for line in text_of("Dockerfile").splitlines() if line and not line.startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ").splitlines()
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in joined]


def test_the_image_is_small_and_runs_as_nobody_in_particular() -> None:
    found = instructions()
    known = {"ARG", "FROM", "WORKDIR", "COPY", "RUN", "ENV", "VOLUME", "USER", "HEALTHCHECK", "STOPSIGNAL"}
    assert {word for word, _ in found} <= known | {"ENTRYPOINT", "CMD"}
    stages = [rest for word, rest in found if word == "FROM"]
    assert [bool(re.fullmatch(r"python:\$\{PYTHON\}-slim( AS build)?", stage)) for stage in stages] == [
        True,
        True,
    ]
    last = [position for position, (word, _) in enumerate(found) if word == "FROM"][-1]
    final = found[last:]
    copies = [rest for word, rest in final if word == "COPY"]
    assert copies == ["--from=build /app /app"]
    assert dict(final)["USER"] == "10001:10001"
    assert json.loads(dict(final)["VOLUME"]) == ["/data", "/cache"]
    assert json.loads(dict(final)["ENTRYPOINT"]) == ["alliance-bot"]
    assert [
        rest for word, rest in found if "#" in rest
    ] == []  # Docker knows no comments at the end of a line


def test_the_image_is_made_of_files_that_there_are_and_that_are_let_in() -> None:
    let_in = {line[1:] for line in text_of("Dockerfile.dockerignore").splitlines() if line.startswith("!")}
    copied = {
        source
        for word, rest in instructions()
        if word == "COPY" and "--from" not in rest
        for source in rest.split()[:-1]
    }
    assert copied == let_in
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_the_health_check_asks_where_the_bot_answers(tmp_path: Path) -> None:
    check = next(rest for word, rest in instructions() if word == "HEALTHCHECK")
    words = json.loads(check.partition("CMD ")[2])
    compile(words[2], "HEALTHCHECK", "exec")
    default = next(s.default for s in SETTINGS if s.name == "ALLIANCE_BOT_OPS_LISTEN")
    assert f"':{default.rpartition(':')[2]}'" in words[2]
    assert "/healthz" in words[2]


def test_every_setting_that_is_used_exists() -> None:
    names = {setting.name for setting in SETTINGS}
    for file in sorted(DEPLOY.iterdir()):
        if file.is_file():
            used = set(re.findall(r"ALLIANCE_BOT_[A-Z_]+", file.read_text(encoding="utf-8")))
            assert used <= names, file.name


# --- systemd ------------------------------------------------------------------------------------------


def unit() -> dict[str, list[str]]:
    """The unit's settings; those that may stand several times have several values."""
    found: dict[str, list[str]] = {}
    for line in text_of("alliance-bot.service").splitlines():
        if line and line[0] not in "#[":
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def test_the_unit_is_watched_and_locked_up() -> None:
    found = unit()
    expected = {
        "Type": "notify",
        "DynamicUser": "yes",
        "StateDirectory": "alliance-bot",
        "CacheDirectory": "alliance-bot",
        "NoNewPrivileges": "yes",
        "ProtectSystem": "strict",
        "RestartPreventExitStatus": "2",
        "CapabilityBoundingSet": "",
    }
    assert {name: found[name] for name in expected} == {name: [value] for name, value in expected.items()}
    assert "WatchdogSec" in found
    assert not any(setting.secret and f"{setting.name}=" in str(found) for setting in SETTINGS)


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd is not installed")
    copy = tmp_path / "alliance-bot.service"  # it is verified only with a program that is there
    program = "/opt/alliance-bot/bin/alliance-bot run"
    assert unit()["ExecStart"] == [program]
    copy.write_text(text_of("alliance-bot.service").replace(program, "/bin/true"), encoding="utf-8")
    result = subprocess.run([analyze, "verify", str(copy)], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")
    command = [analyze, "security", "--offline=true", "--threshold=20", "--no-pager", str(copy)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout[-2000:]
