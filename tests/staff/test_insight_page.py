"""The page and its charts, without a browser."""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bot.answering.assistant import Assistant
from bot.language import insight_texts
from bot.language.texts import Text
from bot.staff.charts import COLOURS, About, Bar, Piece, Strip, bars, strips
from bot.staff.figures import Insights, Period, Unanswered
from bot.staff.insight_page import report_page
from bot.staff.insights import insights
from tests.staff.records import decision, november, unanswered, vote

GOLDEN = Path(__file__).with_name("golden_insights.txt")
NOVEMBER = Period(first=date(2026, 11, 1), last=date(2026, 11, 30))
TODAY = date(2026, 12, 1)
SVG = "{http://www.w3.org/2000/svg}"
CLUSTERS = (
    Unanswered(text="How do I register my school <here>?", locale="en", questions=5, people=4),
    Unanswered(text="كيف تنضم مدرستي؟", locale="ar", questions=3, people=3),
)


def figures(assistant: Assistant) -> Insights:
    records, votes = november()
    return insights(records, votes, assistant, period=NOVEMBER, today=TODAY, clusters=CLUSTERS)


def charts(page: str) -> list[ElementTree.Element]:
    return [ElementTree.fromstring(svg) for svg in re.findall(r"<svg xmlns.*?</svg>", page, re.DOTALL)]


def without_markup(page: str) -> str:
    """What the page says, line by line."""
    body = page[page.index("<body>") :]
    body = re.sub(r'<svg class="(patterns|swatch)".*?</svg>', "", body, flags=re.DOTALL)
    said = re.sub(r"<[^>]+>", "\n", body)
    return "\n".join(line.strip() for line in said.splitlines() if line.strip()) + "\n"


def test_a_small_page_says_what_it_said_before(assistant: Assistant) -> None:
    """Written anew with ALLIANCE_BOT_SNAPSHOTS=write; then look at the difference."""
    records = [
        decision(0),
        decision(1, locale="fr"),
        unanswered(1, unavailable="sw"),
        decision(2, probability=1.0),
    ]
    found = insights(records, [vote()], assistant, period=NOVEMBER, today=TODAY, clusters=CLUSTERS[:1])
    said = re.sub(r"[0-9a-f]{12}", "REVISION", without_markup(report_page(found, assistant, "en")))
    said = said[
        : said.index("answers in the knowledge base were not needed")
    ]  # what follows changes with its content
    if os.environ.get("ALLIANCE_BOT_SNAPSHOTS") == "write":
        GOLDEN.write_text(said, "utf-8")
    assert said == GOLDEN.read_text("utf-8")


@pytest.mark.parametrize("locale", ["en", "ar", "es", "fr", "pt", "ru", "zh_Hans"])
def test_the_page_speaks_one_language_and_knows_its_direction(assistant: Assistant, locale: str) -> None:
    page = report_page(figures(assistant), assistant, locale)
    assert f'<html lang="{locale.replace("_", "-")}" dir="{"rtl" if locale == "ar" else "ltr"}">' in page
    english = [
        text.message
        for text in vars(insight_texts).values()
        if isinstance(text, Text) and "{" not in text.message and len(text.message) > 25
    ]
    left = [sentence for sentence in english if sentence in page]
    assert (left == []) == (locale != "en")


def test_the_page_needs_nothing_from_elsewhere(assistant: Assistant) -> None:
    page = report_page(figures(assistant), assistant, "en")
    assert "<script" not in page
    assert set(re.findall(r'(?:src|href)="([^"]*)"', page)) == {"data:,"}
    assert set(re.findall(r"url\(([^)]*)\)", page)) <= {f"#fill-{name}" for name in COLOURS}
    assert "@import" not in page


def test_every_chart_has_a_title_a_description_and_a_table_behind_it(assistant: Assistant) -> None:
    page = report_page(figures(assistant), assistant, "en")
    sections = re.findall(r"<section.*?</section>", page, re.DOTALL)
    assert len(sections) == 11
    for section in sections:
        if "<figure>" in section:
            assert "<details>" in section
            assert re.search(r'<th scope="col"[^>]*>', section)
            assert '<th scope="row"' in section
    for chart in charts(page):
        assert chart.get("role") == "img"
        named = (chart.get("aria-labelledby") or "").split()
        assert named == [
            node.get("id")
            for node in (chart.find(f"{SVG}title"), chart.find(f"{SVG}desc"))
            if node is not None
        ]
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_letters_stay_letters(assistant: Assistant) -> None:
    page = report_page(figures(assistant), assistant, "ar")
    said = {"".join(node.itertext()) for chart in charts(page) for node in chart.iter(f"{SVG}text")}
    assert "جميع اللغات" in said
    assert "البرتغالية ← الإنجليزية" in said  # arrows are not mirrored by the browser
    assert "<path" not in re.sub(r"<defs>.*?</defs>", "", page)  # nothing is drawn as an outline
    assert any("register my school <here>?" in text for text in said)  # and nothing is taken for markup
    assert "<here>" not in page


def test_a_period_without_records_says_so(assistant: Assistant) -> None:
    page = report_page(insights([], [], assistant, period=NOVEMBER, today=TODAY), assistant, "en")
    assert "<p>Nothing was asked in this time.</p>" in page
    assert page.count("There is nothing to show here.") >= 8


# --- charts -------------------------------------------------------------------------------------------


def about(*, rtl: bool) -> About:
    return About(name="c", title="T", description="D", locale="ar" if rtl else "en", rtl=rtl)


def rectangles(svg: str) -> list[tuple[float, float]]:
    """Left and right edge of each bar."""
    found = ElementTree.fromstring(svg).iter(f"{SVG}rect")
    return [(float(one.get("x", 0)), float(one.get("x", 0)) + float(one.get("width", 0))) for one in found]


def test_right_to_left_charts_are_mirrored() -> None:
    bar = Bar(
        label="a",
        said="3",
        pieces=(Piece(value=1, fill="blue", said="x"), Piece(value=2, fill="red", said="y")),
    )
    width = rectangles(bars([bar], about(rtl=False)))[0][1]
    left, right = (rectangles(bars([bar], about(rtl=rtl))) for rtl in (False, True))
    assert right == [pytest.approx((width - end, width - start)) for start, end in left]
    assert 'direction="rtl"' in bars([bar], about(rtl=True))


def test_pieces_of_a_bar_are_as_long_as_their_values() -> None:
    pieces = (Piece(value=1, fill="blue", said="x"), Piece(value=3, fill="red", said="y"))
    ground, one, other = rectangles(bars([Bar(label="a", said="4", pieces=pieces)], about(rtl=False)))
    assert other[1] - other[0] == pytest.approx(3 * (one[1] - one[0]), abs=0.2)
    assert (one[0], other[1]) == pytest.approx((ground[0], ground[1]), abs=0.1)


def test_a_label_without_room_is_cut_and_its_isolate_closed() -> None:
    label = "كيف " * 5 + "Alliance " * 20
    svg = bars([Bar(label=label, said="1", pieces=())], about(rtl=True))
    (text, _) = ElementTree.fromstring(svg).iter(f"{SVG}text")
    assert "…" in (text.text or "")
    assert (text.text or "").count("\u2068") == (text.text or "").count("\u2069")


def test_the_rows_of_the_languages_share_a_scale() -> None:
    rows = [
        Strip(label=label, said="", values=values, hints=("", ""))
        for label, values in (("all", (10, 4)), ("en", (8, 4)), ("fr", (2, 0)))
    ]
    svg = ElementTree.fromstring(strips(rows, [(0, "Nov 1")], about(rtl=False)))
    heights = [float(one.get("height", 0)) for one in svg.iter(f"{SVG}rect")]
    assert heights == pytest.approx([32, 12.8, 32, 16, 8])
