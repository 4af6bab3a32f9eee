"""What do the figures say about the answers: do they help, are they needed, current and as sure as they say?"""

from __future__ import annotations

from bot.answering.evaluate import Rate
from bot.language import insight_texts as texts
from bot.language import texts as interface
from bot.staff.charts import Axes, Bar, Fill, Piece, Point, bars, points
from bot.staff.figures import AGES, FEWEST_VOTES, WHYS, Insights, Stale, Voted, Why
from bot.staff.insight_tables import Column, Reader, Section, Table
from bot.staff.reliability import Bin, bins

_MOST_ROWS = 12  # in a chart; the table has all
_WHY = {
    "wrong": interface.VOTE_WRONG,
    "outdated": interface.VOTE_OUTDATED,
    "off-topic": interface.VOTE_OFF_TOPIC,
    "not-said": texts.NO_REASON,
}
_WHY_FILLS: dict[Why, Fill] = {"wrong": "red", "outdated": "orange", "off-topic": "sky", "not-said": "grey"}
_AGE_FILLS: tuple[Fill, ...] = ("green", "sky", "orange", "red", "grey")
_AGE_NAMES = (*(f"stale_up_to_{days}_days" for days in AGES), f"stale_over_{AGES[-1]}_days", "stale_unknown")
_OF = (
    Column(name="entry", heading=texts.ENTRY_ID, kind="text"),
    Column(name="question", heading=texts.ENTRY, kind="entry"),
)


def votes(found: Insights, reader: Reader) -> Section:
    """Which answers helped and which did not."""
    helpful = sum(one.helpful for one in found.voted)
    heading = reader.say(texts.VOTES, helpful=helpful, count=found.votes)
    note = reader.say(texts.VOTES_NOTE)
    rows = [_voted_bar(one, reader) for one in found.voted[:_MOST_ROWS]]
    table = Table(
        name="votes",
        columns=(
            *_OF,
            Column(name="helpful", heading=texts.HELPFUL),
            *(Column(name=why.replace("-", "_"), heading=_WHY[why]) for why in WHYS),
        ),
        rows=tuple(
            (one.entry_id, one.entry_id, one.helpful, *(one.why[why] for why in WHYS)) for one in found.voted
        ),
    )
    legend: tuple[tuple[Fill, str], ...] = (
        ("blue", reader.say(texts.HELPFUL)),
        *((_WHY_FILLS[why], reader.say(_WHY[why])) for why in WHYS),
    )
    chart = bars(rows, reader.about("votes", heading, note)) if rows else ""
    return Section(heading=heading, note=note, chart=chart, table=table, legend=legend)


def _voted_bar(one: Voted, reader: Reader) -> Bar:
    whole = one.helpful + one.not_helpful
    words = f"{reader.number(one.helpful)} · {reader.say(texts.HELPFUL)}"
    said = {why: f"{reader.number(one.why[why])} · {reader.say(_WHY[why])}" for why in WHYS}
    return Bar(
        label=reader.question(one.entry_id),
        said=reader.say(texts.PART, part=one.helpful, whole=whole),
        pieces=(
            Piece(value=one.helpful, fill="blue", said=words),
            *(Piece(value=one.why[why], fill=_WHY_FILLS[why], said=said[why]) for why in WHYS),
        ),
    )


def unused(found: Insights, reader: Reader) -> Section:
    """Which entries of the knowledge base nobody needed, by topic."""
    count = sum(found.topics.values())
    heading = reader.say(texts.UNUSED_HEADING, unused=sum(len(ids) for _, ids in found.unused), count=count)
    note = reader.say(texts.UNUSED_NOTE)
    used_word, unused_word = reader.say(texts.USED), reader.say(texts.UNUSED)
    rows = []
    for topic, ids in found.unused:
        used, whole = found.topics[topic] - len(ids), found.topics[topic]
        pieces = (
            Piece(value=used, fill="blue", said=f"{reader.number(used)} · {used_word}"),
            Piece(value=len(ids), fill="orange", said=f"{reader.number(len(ids))} · {unused_word}"),
        )
        said = reader.say(texts.PART, part=used, whole=whole)
        rows.append(Bar(label=reader.topic(topic), said=said, pieces=pieces))
    table = Table(
        name="unused",
        columns=(*_OF, Column(name="topic", heading=texts.TOPIC, kind="topic")),
        rows=tuple((entry_id, entry_id, topic) for topic, ids in found.unused for entry_id in ids),
    )
    legend: tuple[tuple[Fill, str], ...] = (("blue", used_word), ("orange", unused_word))
    chart = bars(rows, reader.about("unused", heading, note)) if rows else ""
    return Section(heading=heading, note=note, chart=chart, table=table, legend=legend)


def stale(found: Insights, reader: Reader) -> Section:
    """How far the translations are behind, and for how long."""
    heading = reader.say(
        texts.STALE_HEADING,
        stale=sum(one.stale for one in found.stale),
        missing=sum(one.missing for one in found.stale),
    )
    note = reader.say(texts.STALE_NOTE, day=reader.day(found.today))
    words = (
        *(reader.say(texts.AGE_UP_TO, days=days) for days in AGES),
        reader.say(texts.AGE_OVER, days=AGES[-1]),
        reader.say(texts.AGE_UNKNOWN),
        reader.say(texts.MISSING),
    )
    fills: tuple[Fill, ...] = (*_AGE_FILLS, "blue")
    behind = [one for one in found.stale if one.stale or one.missing]
    rows = [_stale_bar(one, words, fills, reader) for one in behind]
    table = Table(
        name="translations",
        columns=(
            Column(name="language", heading=texts.LANGUAGE, kind="language"),
            Column(name="current", heading=texts.CURRENT),
            *(
                Column(name=name, heading=heading, values=values)
                for name, (heading, values) in zip(_AGE_NAMES, _AGE_HEADINGS, strict=True)
            ),
            Column(name="missing", heading=texts.MISSING),
        ),
        rows=tuple((one.locale, one.current, *one.ages, one.missing) for one in found.stale),
    )
    chart = bars(rows, reader.about("stale", heading, note)) if rows else ""
    legend = tuple(zip(fills, words, strict=True)) if rows else ()
    return Section(heading=heading, note=note, chart=chart, table=table, legend=legend)


_AGE_HEADINGS = (
    *((texts.AGE_UP_TO, {"days": days}) for days in AGES),
    (texts.AGE_OVER, {"days": AGES[-1]}),
    (texts.AGE_UNKNOWN, {}),
)


def _stale_bar(one: Stale, words: tuple[str, ...], fills: tuple[Fill, ...], reader: Reader) -> Bar:
    counts = (*one.ages, one.missing)
    pieces = tuple(
        Piece(value=count, fill=fill, said=f"{reader.number(count)} · {word}")
        for count, fill, word in zip(counts, fills, words, strict=True)
    )
    return Bar(label=reader.language(one.locale), said=reader.number(sum(counts)), pieces=pieces)


def review(found: Insights, reader: Reader) -> Section:
    """Which entries should have been read again."""
    heading = reader.say(texts.REVIEW, count=len(found.due))
    note = reader.say(texts.REVIEW_NOTE, day=reader.day(found.today))
    rows = []
    for one in found.due[:_MOST_ROWS]:
        said = reader.say(texts.PAST, days=one.days(found.today))
        piece = Piece(value=one.days(found.today), fill="orange", said=said)
        rows.append(Bar(label=reader.question(one.entry_id), said=said, pieces=(piece,)))
    table = Table(
        name="review",
        columns=(
            *_OF,
            Column(name="review_by", heading=texts.REVIEW_BY, kind="day"),
            Column(name="days_past", heading=texts.DAYS_PAST),
        ),
        rows=tuple((one.entry_id, one.entry_id, one.review_by, one.days(found.today)) for one in found.due),
    )
    chart = bars(rows, reader.about("review", heading, note)) if rows else ""
    return Section(heading=heading, note=note, chart=chart, table=table)


def trust(found: Insights, reader: Reader) -> Section:
    """Whether the probability can be believed."""
    guesses = found.trust.guesses
    classes = bins(guesses)
    heading, note = reader.say(texts.TRUST_NONE), _trust_note(found, reader)
    if guesses:
        heading = reader.say(
            texts.TRUST,
            stated=reader.share(sum(guess.probability for guess in guesses), len(guesses)),
            right=reader.share(sum(guess.right for guess in guesses), len(guesses)),
        )
    steps = tuple(reader.share(number / 5) for number in range(6))
    axes = Axes(below=reader.say(texts.STATED), above=reader.say(texts.TURNED_OUT), steps=steps)
    drawn = [_point(one, len(guesses), reader) for one in classes]
    rates = [_rate(one) for one in classes]
    table = Table(
        name="probability",
        columns=(
            Column(name="stated", heading=texts.STATED, kind="share"),
            Column(name="right", heading=texts.TURNED_OUT, kind="share"),
            Column(name="from", heading=texts.INTERVAL_FROM, kind="share"),
            Column(name="to", heading=texts.INTERVAL_TO, kind="share"),
            Column(name="count", heading=texts.COUNT),
        ),
        rows=tuple(
            (one.expected, one.right, *rate.interval, one.count)
            for one, rate in zip(classes, rates, strict=True)
        ),
    )
    chart = points(drawn, axes, reader.about("trust", heading, note)) if drawn else ""
    return Section(heading=heading, note=note, chart=chart, table=table)


def _trust_note(found: Insights, reader: Reader) -> str:
    count = len(found.trust.guesses)
    lines = reader.say(texts.TRUST_LINES)
    if found.trust.source == "evaluation":
        return f"{reader.say(texts.TRUST_EVALUATION, count=count)} {lines}"
    few = (reader.say(texts.TRUST_FEW, fewest=FEWEST_VOTES),) if count < FEWEST_VOTES else ()
    return " ".join((reader.say(texts.TRUST_VOTES, count=count), *few, lines))


def _rate(one: Bin) -> Rate:
    return Rate(count=round(one.right * one.count), total=one.count)


def _point(one: Bin, whole: int, reader: Reader) -> Point:
    low, high = _rate(one).interval
    said = (
        f"{reader.number(one.count)} · {reader.share(one.expected)} {reader.arrow} {reader.share(one.right)}"
    )
    return Point(x=one.expected, y=one.right, low=low, high=high, weight=one.count / whole, said=said)
