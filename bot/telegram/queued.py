"""How does a question of the queue look to staff, and what can be pressed under it?

A button names the question by the id of its cluster. A sign after the kind says that whoever presses knows that
somebody has decided before: only pages that say so have such buttons.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.answering.assistant import Assistant
from bot.answering.compose import question_of
from bot.language import staff_texts as said
from bot.language.formats import format_date, format_list, format_share, isolate, language_name
from bot.language.texts import Text
from bot.staff.review import Cluster, Complaint, Queue, Reason
from bot.telegram.card import REASONS
from bot.telegram.pages import Rows, page
from bot.types import Button, Reply

# Kinds of buttons; short, so that with a cluster's id and an entry's of 48 bytes they stay within 64.
ADD, CONFIRM, ASK, NEW, NOT_OURS, LATER = "a", "c", "e", "n", "x", "l"
SEE, UNDO, LIFT, NEXT = "s", "u", "v", "q"
AGAIN = "!"  # after the kind of a button: whoever presses knows that it was decided before

_WORDINGS = 6  # of a cluster that are listed
_COMPLAINTS = 3
_TO_WRITE = 10
_MOST_CHARACTERS = 200  # of one wording; with all of them a page stays far below a message's 4096
_WHY: dict[Reason, Text] = {
    "unanswered": said.REVIEW_UNANSWERED,
    "clarified": said.REVIEW_CLARIFIED,
    "down-voted": said.REVIEW_DOWN_VOTED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Whoever of the staff reads a page."""

    assistant: Assistant
    locale: str

    def say(self, text: Text, /, **values: object) -> str:
        """Write a sentence in the reader's language."""
        return self.assistant.catalogs.text(self.locale, text, **values)

    def quoted(self, text: str) -> str:
        """Prepare what people wrote to stand in a sentence: on one line, not too long, in its own direction."""
        line = " ".join(text.split())
        return isolate(
            line if len(line) <= _MOST_CHARACTERS else line[: _MOST_CHARACTERS - 1] + "…", self.locale
        )

    def entry(self, entry_id: str) -> dict[str, str]:
        """Name an entry by its question and its id."""
        found = self.assistant.knowledge.resolve(entry_id)
        question = question_of(found, self.assistant, self.locale) if found else entry_id
        return {
            "question": isolate(question or entry_id, self.locale),
            "entry": isolate(entry_id, self.locale),
        }

    def button(self, label: Text, kind: str, /, *words: str, **values: object) -> Button:
        """Make a button."""
        return Button(label=self.say(label, **values), action=":".join((kind, *words)))


def queue_page(queue: Queue, reader: Reader, *, first: str | None = None) -> Reply:
    """Show the first question that waits, below a line about what was done before."""
    if queue.waiting:
        return cluster_page(queue.waiting[0], queue, reader, first=first)
    lines = [reader.say(said.REVIEW_EMPTY)]
    if queue.few:
        lines.append(reader.say(said.REVIEW_FEW, few=queue.few))
    listed = "\n".join(f"• {reader.quoted(each.wordings[0].text)}" for each in queue.to_write[:_TO_WRITE])
    written = [f"{reader.say(said.REVIEW_TO_WRITE)}\n{listed}"] if listed else []
    rows = tuple(
        (reader.button(said.REVIEW_OPEN, f"{SEE}{AGAIN}", each.id, question=each.wordings[0].text),)
        for each in queue.to_write[:_TO_WRITE]
    )
    return page("\n\n".join((*([first] if first else ()), "\n".join(lines), *written)), reader.locale, rows)


def cluster_page(
    cluster: Cluster, queue: Queue, reader: Reader, *, first: str | None = None, again: bool = False
) -> Reply:
    """Show a question: who asked it how, why it is here, and what may be done."""
    paragraphs = [first] if first else []
    if cluster in queue.waiting:
        number = queue.waiting.index(cluster) + 1
        paragraphs.append(reader.say(said.REVIEW_HEAD, number=number, count=len(queue.waiting)))
    date = format_date(cluster.last_asked.date(), reader.locale)
    asked = reader.say(
        said.REVIEW_ASKED, times=cluster.times, people=cluster.askers, date=isolate(date, reader.locale)
    )
    paragraphs += [asked, "\n".join(_wordings(cluster, reader)), "\n".join(_reasons(cluster, reader))]
    if cluster.nearest:
        paragraphs.append("\n".join(_nearest(cluster, reader)))
    return page("\n\n".join(paragraphs), reader.locale, _rows(cluster, reader, AGAIN if again else ""))


def _wordings(cluster: Cluster, reader: Reader) -> Iterator[str]:
    for wording in cluster.wordings[:_WORDINGS]:
        language = isolate(language_name(wording.locale, reader.locale), reader.locale)
        text = reader.quoted(wording.text)
        line = reader.say(said.REVIEW_WORDING, wording=text, language=language, times=wording.times)
        yield f"• {line}"
    if more := len(cluster.wordings[_WORDINGS:]):
        yield reader.say(said.REVIEW_MORE, count=more)


def _reasons(cluster: Cluster, reader: Reader) -> Iterator[str]:
    why = [reader.say(_WHY[reason], count=count) for reason, count in cluster.reasons.items() if count]
    if why:
        yield reader.say(said.REVIEW_WHY, reasons=format_list(why, reader.locale))
    for complaint in cluster.complaints[:_COMPLAINTS]:
        if words := _complaint(complaint, reader):
            entry = isolate(complaint.entry_id, reader.locale)
            yield reader.say(said.REVIEW_COMPLAINT, entry=entry, said=words)


def _complaint(complaint: Complaint, reader: Reader) -> str:
    reason = reader.say(REASONS[complaint.reason]) if complaint.reason else ""
    return reader.quoted(" – ".join(part for part in (reason, complaint.comment or "") if part))


def _nearest(cluster: Cluster, reader: Reader) -> Iterator[str]:
    yield reader.say(said.REVIEW_NEAREST)
    for near in cluster.nearest:
        percent = isolate(format_share(near.probability, reader.locale), reader.locale)
        line = reader.say(said.REVIEW_NEAR, percent=percent, **reader.entry(near.entry_id))
        yield f"• {line}"


def _rows(cluster: Cluster, reader: Reader, sign: str) -> Rows:
    lifting: Rows = ((lifting_button(cluster.id, reader),),) if sign else ()
    adding = tuple((adding_button(near.entry_id, cluster.id, reader, sign),) for near in cluster.nearest)
    return (
        *adding,
        (reader.button(said.REVIEW_ANOTHER, f"{ASK}{sign}", cluster.id),),
        (
            reader.button(said.REVIEW_NEW, f"{NEW}{sign}", cluster.id),
            reader.button(said.REVIEW_NOT_OURS, f"{NOT_OURS}{sign}", cluster.id),
        ),
        (reader.button(said.REVIEW_LATER, f"{LATER}{sign}", cluster.id),),
        *lifting,
    )


def lifting_button(cluster_id: str, reader: Reader) -> Button:
    """Offer to take back what was decided on a question that is set aside."""
    return reader.button(said.REVIEW_UNDO, LIFT, cluster_id)


def adding_button(entry_id: str, cluster_id: str, reader: Reader, sign: str = "") -> Button:
    """Offer to add a question to an entry."""
    found = reader.assistant.knowledge.resolve(entry_id)
    question = question_of(found, reader.assistant, reader.locale) if found else entry_id
    return reader.button(said.REVIEW_ADD, f"{ADD}{sign}", cluster_id, entry_id, question=question)
