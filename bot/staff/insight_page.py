"""How does the report look to people who would rather look than read?

One HTML file that holds all it needs and asks nobody for anything: no script, no font, no picture from elsewhere. It
prints as it stands; a table that was opened is printed too.
"""

from __future__ import annotations

from html import escape

from bot.answering.assistant import Assistant
from bot.language import insight_texts as texts
from bot.staff import insight_answers, insight_questions
from bot.staff.charts import patterns
from bot.staff.figures import Insights
from bot.staff.insight_tables import Column, Reader, Section, Table, legend_html, table_csv, table_html

_STYLE = """
:root { color-scheme: light; --ink: #1f2937; --quiet: #4b5563; --rule: #d1d5db; --paper: #fff; --ground: #f3f4f6 }
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--ink); line-height: 1.5;
  font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", "Noto Sans Arabic", "Noto Sans SC", sans-serif }
header, main { max-width: 80rem; margin: 0 auto; padding: 1.5rem 1.25rem 0 }
main { display: grid; gap: 1.25rem; padding-block-end: 2.5rem; align-items: stretch;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 32rem), 1fr)) }
h1 { font-size: 1.75rem; line-height: 1.25; margin: 0 0 .5rem }
h2 { font-size: 1.2rem; line-height: 1.35; margin: 0 0 .25rem }
p { margin: 0 0 .5rem; max-width: 46rem }
.note, .made { color: var(--quiet); font-size: .9rem }
.tiles { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.25rem 0 0; padding: 0 }
.tiles div { background: var(--paper); border: 1px solid var(--rule); border-radius: .5rem; padding: .6rem 1rem;
  min-width: 8.5rem }
.tiles dt { color: var(--quiet); font-size: .9rem }
.tiles dd { margin: 0; font-size: 1.6rem; font-weight: 600; line-height: 1.3 }
section { background: var(--paper); border: 1px solid var(--rule); border-radius: .5rem; padding: 1.1rem 1.25rem;
  min-width: 0 }
figure { margin: .75rem 0 0; overflow-x: auto }
figure > svg { display: block; width: 100%; min-width: 17rem; max-width: 36rem; height: auto; font-family: inherit }
.patterns { position: absolute }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .35rem 1.1rem; margin: .6rem 0 0; padding: 0;
  font-size: .9rem }
.legend li { display: flex; align-items: center; gap: .45rem }
.swatch { flex: none }
details { margin-block-start: .75rem }
summary { cursor: pointer; color: #1d4ed8; min-height: 1.75rem }
summary:focus-visible, .table:focus-visible { outline: 3px solid #1d4ed8; outline-offset: 2px }
.table { overflow-x: auto; max-height: 30rem; overflow-y: auto }
table { border-collapse: collapse; font-size: .9rem; width: 100%; font-variant-numeric: tabular-nums }
caption { text-align: start; font-weight: 600; padding-block: .4rem }
th, td { text-align: start; vertical-align: top; padding: .3rem .6rem; border-block-end: 1px solid var(--rule);
  font-weight: 400; overflow-wrap: anywhere; min-width: 4rem }
thead th { font-weight: 600; background: var(--paper); position: sticky; inset-block-start: 0;
  overflow-wrap: normal }
th.n, td.n { text-align: end }
.none { color: var(--quiet); margin: .75rem 0 0 }
@media print {
  @page { margin: 14mm }
  body { background: #fff; font-size: 10.5pt }
  header, main { max-width: none; padding-inline: 0 }
  main { display: block }
  section { break-inside: avoid; border: 0; border-block-start: 1px solid var(--rule); border-radius: 0;
    padding-inline: 0; margin-block-end: 4mm }
  section:has(details[open]) { break-inside: auto }
  figure > svg { min-width: 0; max-width: 130mm }
  .table { max-height: none; overflow: visible }
  thead th { position: static }
  details:not([open]) { display: none }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact }
}
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def report_page(found: Insights, assistant: Assistant, locale: str) -> str:
    """Write the page in a locale."""
    reader = Reader(assistant, locale)
    title = reader.say(texts.TITLE, first=reader.day(found.period.first), last=reader.day(found.period.last))
    made = reader.say(texts.MADE_ON, day=reader.day(found.today), revision=assistant.revision)
    sections = "\n".join(_section_html(section, reader) for section in _sections(found, reader))
    return f"""<!doctype html>
<html lang="{locale.replace("_", "-")}" dir="{"rtl" if reader.rtl else "ltr"}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>{escape(title)}</title>
<style>{_STYLE}</style>
</head>
<body>
{patterns()}
<header>
<h1>{escape(title)}</h1>
<p>{escape(_lead(found, reader))}</p>
<p class="made">{escape(made)}</p>
{_tiles(found, reader)}
</header>
<main>
{sections}
</main>
</body>
</html>
"""


def report_tables(found: Insights, assistant: Assistant) -> dict[str, str]:
    """Write the figures as CSV files, by name: the tables of the page, and the records by day, language and ending."""
    tables = [section.table for section in _sections(found, Reader(assistant, "en"))]
    records = Table(
        name="records",
        columns=(
            Column(name="day", heading=texts.FROM, kind="day"),
            Column(name="language", heading=texts.LANGUAGE, kind="language"),
            Column(name="ending", heading=texts.ENDING, kind="text"),
            Column(name="records", heading=texts.COUNT),
        ),
        rows=tuple((*key, count) for key, count in found.cells.items()),
    )
    return {f"{table.name}.csv": table_csv(table) for table in (records, *tables)}


def _sections(found: Insights, reader: Reader) -> tuple[Section, ...]:
    questions, answers = insight_questions, insight_answers
    writers = (  # two of about the same height stand side by side
        *(questions.over_time, questions.endings, questions.most_given, answers.votes, answers.unused),
        *(
            questions.waits,
            questions.clusters,
            questions.fallbacks,
            answers.stale,
            answers.review,
            answers.trust,
        ),
    )
    return tuple(write(found, reader) for write in writers)


def _lead(found: Insights, reader: Reader) -> str:
    if not found.total:
        return reader.say(texts.NOTHING)
    return reader.say(
        texts.LEAD, records=found.total, questions=found.questions, opened=found.count("opened")
    )


def _tiles(found: Insights, reader: Reader) -> str:
    helpful = sum(one.helpful for one in found.voted)
    shares = [
        (texts.ANSWERED, found.count("answered"), found.questions),
        (texts.CLARIFIED, found.count("clarified"), found.questions),
        (texts.UNANSWERED, found.count("unanswered"), found.questions),
        (texts.HELPFUL, helpful, found.votes),
    ]
    shown = [(texts.QUESTIONS, reader.number(found.questions))]
    shown += [(word, reader.share(part, whole) if whole else "–") for word, part, whole in shares]
    tiles = "".join(
        f"<div><dt>{escape(reader.say(word))}</dt><dd>{escape(said)}</dd></div>" for word, said in shown
    )
    return f'<dl class="tiles">{tiles}</dl>'


def _section_html(section: Section, reader: Reader) -> str:
    name = section.table.name
    label = escape(section.heading)
    body = [f'<h2 id="{name}">{label}</h2>', f'<p class="note">{escape(section.note)}</p>']
    if section.chart:
        body += [legend_html(section.legend), f"<figure>{section.chart}</figure>"]
    else:
        body.append(f'<p class="none">{escape(reader.say(texts.NONE))}</p>')
    if section.table.rows:
        table = table_html(section.table, reader, section.heading)
        body.append(
            f"<details><summary>{escape(reader.say(texts.AS_TABLE))}</summary>"
            f'<div class="table" role="region" aria-labelledby="{name}" tabindex="0">{table}</div></details>'
        )
    return f'<section aria-labelledby="{name}">\n' + "\n".join(body) + "\n</section>"
