"""Does Telegram know the bot as it has to?"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from bot.doctor.facts import UNKNOWN, Facts, Finding, fail, ok, warn
from bot.telegram.intake import ALLOWED_UPDATES
from bot.telegram.registration import counted, failed, is_loopback

MANY_WAITING = 100  # updates that wait at Telegram
CLOCK_WARN, CLOCK_FAIL = timedelta(seconds=10), timedelta(minutes=5)


def settings(facts: Facts) -> Finding:
    """Settings that can be read may still be unwise."""
    url, operator = facts.config.telegram.api_url, facts.config.operator
    if urlsplit(url).scheme == "http" and not is_loopback(urlsplit(url).hostname or ""):
        advice = "use https://, or a server on this machine"
        return warn(f"{url} is not encrypted, and the token is part of each call", advice)
    lacking = {
        "ALLIANCE_BOT_OPERATOR": None if operator.name else "who runs this bot",
        "ALLIANCE_BOT_CONTACT": None if operator.contact else "how to reach whoever runs this bot",
    }
    names = [name for name, what in lacking.items() if what]
    if names:
        what = " and ".join(what for what in lacking.values() if what)
        return warn(f"/about does not say {what}", f"set {' and '.join(names)}")
    return ok("can be read")


def token(facts: Facts) -> Finding:
    """Telegram takes the token."""
    if facts.account is None:
        known = "ALLIANCE_BOT_TOKEN" in facts.silence  # then it says what to do
        return fail(facts.silence, "" if known else "look at the network and ALLIANCE_BOT_API_URL")
    return ok(f"belongs to @{facts.account.get('username')}")


def webhook(facts: Facts) -> Finding:
    """Telegram posts updates or keeps them, as the settings want it, and somebody takes them."""
    state, expected = facts.webhook, facts.config.telegram.webhook_secret is not None
    if state is None:
        return UNKNOWN
    if state.url and not expected:
        text = f"set to {state.url}, so that nothing can be polled; ALLIANCE_BOT_WEBHOOK_SECRET is not set"
        return fail(text, "set it, or run `alliance-bot webhook delete` in order to poll")
    if expected and not state.url:
        text = "none, though ALLIANCE_BOT_WEBHOOK_SECRET is set"
        return warn(text, "run `alliance-bot webhook set URL`, or take the secret away in order to poll")
    waiting = f"{state.url or 'none, updates are polled'}, {counted(state.waiting, 'update')} waiting"
    if failure := failed(state, facts.now):
        return warn(f"{waiting}, last error {failure}", "it is past when nothing waits")
    if state.waiting > MANY_WAITING:
        return warn(waiting, "see that the bot runs and can be reached")
    return ok(waiting)


def privacy_mode(facts: Facts) -> Finding:
    """In groups the bot sees only what is meant for it."""
    if facts.account is None:
        return UNKNOWN
    if facts.account.get("can_read_all_group_messages"):
        text = "off: Telegram sends the bot every message of its groups, which it stores until it has looked"
        return warn(text, "turn it on with /setprivacy at @BotFather, then add the bot to its groups anew")
    return ok("on: in groups the bot sees only what is addressed to it")


def inline_mode(facts: Facts) -> Finding:
    """Telegram offers inline questions just when the bot answers them."""
    if facts.account is None:
        return UNKNOWN
    offered, answered = facts.account.get("supports_inline_queries"), "inline_query" in ALLOWED_UPDATES
    if offered and not answered:
        return warn(
            "on, but this bot answers no inline questions", "turn it off with /setinline at @BotFather"
        )
    if answered and not offered:
        return warn(
            "off, though this bot answers inline questions",
            "turn it on with /setinline at @BotFather, with a placeholder such as “Your question…”; "
            "/setinlinefeedback at 100 % lets what is sent be counted, and put right",
        )
    return ok("on" if offered else "off")


def guest_mode(facts: Facts) -> Finding:
    """Telegram lets people mention the bot where it is no member just when the bot answers them."""
    if facts.account is None:
        return UNKNOWN
    if not facts.account.get("supports_guest_queries"):
        return ok("off: where it is no member the bot is not heard; @BotFather can turn it on")
    return ok("on")


def allowed_updates(facts: Facts) -> Finding:
    """Telegram sends the kinds of update that the bot needs, and no others."""
    state = facts.webhook
    if state is None:
        return UNKNOWN
    if not state.url:
        return ok("asked for with each poll")
    again = f"run `alliance-bot webhook set {state.url}` again"
    if state.missing:
        return fail(f"Telegram does not send {', '.join(state.missing)}", again)
    if more := sorted(set(state.kinds or ("all others",)) - set(ALLOWED_UPDATES)):
        return warn(f"Telegram also sends what the bot does not need: {', '.join(more)}", again)
    return ok(", ".join(ALLOWED_UPDATES))


def clock(facts: Facts) -> Finding:
    """This machine and Telegram agree about the time."""
    if facts.account is None:
        return UNKNOWN
    if facts.server_date is None:
        return warn("not known, since Telegram does not tell its time")
    ahead = facts.now - facts.server_date
    if abs(ahead) < CLOCK_WARN:
        return ok("agrees with Telegram's")
    difference = f"{abs(ahead).total_seconds():.0f} s {'ahead of' if ahead > timedelta(0) else 'behind'}"
    found = fail if abs(ahead) >= CLOCK_FAIL else warn
    return found(f"{difference} Telegram's", "let NTP set this machine's time")
