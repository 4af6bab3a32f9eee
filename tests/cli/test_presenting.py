"""The commands about the profile, as operators call them."""

from __future__ import annotations

from bot.preview.botapi import BotApi
from tests.cli.conftest import Called


async def test_drift_is_shown_changed_and_gone(api: BotApi, program: Called) -> None:
    status, out, _ = await program("profile", "check", "--name", COLUMNS="300")
    assert status == 1
    assert "zh_Hans: written as “zh”, which all its regional variants share" in out
    assert "54 texts and lists compared, 54 differ" in out
    assert not [call for call in api.calls if call.method.lower().startswith("set")]
    status, out, _ = await program("profile", "sync", "--name")
    assert (status, out.splitlines()[-1]) == (0, "51 changed, 0 left")  # English falls back to the default
    status, out, _ = await program("profile", "check", "--name")
    assert (status, out.splitlines()[-1]) == (0, "54 texts and lists compared, 0 differ")


async def test_a_name_is_shown_but_changed_only_when_asked_for(api: BotApi, program: Called) -> None:
    await program("profile", "sync", "--name")
    api.server.profile.names["fr"] = "Un autre nom"
    api.server.profile.descriptions["ru"] = "Что-то старое"
    status, out, _ = await program("profile", "check")
    assert status == 1
    assert "Un autre" in out
    assert "1 of them are names, which stay as they are" in out
    status, out, _ = await program("profile", "sync")
    assert (status, out.splitlines()[-1]) == (0, "1 changed, 0 left")
    assert api.server.profile.names["fr"] == "Un autre nom"
    assert (await program("profile", "check"))[0] == 0
    assert (await program("profile", "check", "--name"))[0] == 1


async def test_a_wait_that_is_too_long_is_told(api: BotApi, program: Called) -> None:
    api.fail("setMyDescription", 429, "Too Many Requests", retry_after=900)
    status, out, err = await program("profile", "sync")
    assert status == 1
    assert out.splitlines()[-1] == "27 changed, 18 left"
    assert "Telegram asks to wait 900 seconds, longer than --wait 60" in err
    status, out, _ = await program("profile", "sync")
    assert (status, out.splitlines()[-1]) == (0, "16 changed, 0 left")


async def test_a_refused_token_is_a_setting_and_a_lost_server_an_error(program: Called) -> None:
    assert (await program("profile", "check", TOKEN="1:AAabcdefghijklmnopqrstuvwxyz_-0123"))[0] == 2
    status, _, err = await program("profile", "check", API_URL="http://127.0.0.1:9")
    assert (status, err.split(":")[0]) == (1, "not reached")
