"""What may stand in the files of the knowledge base?

Scalars arrive as text (`yamltext`) and get their types here, once. A model is one item of a file; the
frozen dataclasses that the rest of the program uses are made from these models by the loader. Editors get
the same rules as JSON Schema.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    RootModel,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from bot.knowledge.entries import FOLLOW_UP_PREFIX, NOTICE_LIMIT, Confidence, ValueType
from bot.knowledge.scalars import (
    ANY_SCALAR,
    OR_NONE,
    Address,
    Date,
    Flag,
    Id,
    LocaleId,
    Text,
    TypedValue,
    ValueName,
    Whole,
    fault,
    read_value,
)

# --- sources and facts ----------------------------------------------------------------------------


class _Item(BaseModel):
    """An item of a file; unknown keys are faults."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceItem(_Item):
    """An item of sources.yaml."""

    id: Id
    title: Text = Field(description="As the page calls itself; with `described`, our own description.")
    described: Flag = Field(default=False, description="The page's own title was not visible.")
    url: Annotated[Address | None, OR_NONE] = None
    publisher: Text
    language: LocaleId = Field(description="CLDR id of the page's language.")
    published: Annotated[Date | None, OR_NONE] = Field(default=None, description="Never guessed.")
    checked_on: Date = Field(description="The day on which somebody last read the page.")


class ValueItem(_Item):
    """A value of a fact."""

    name: Annotated[ValueName | None, OR_NONE] = Field(
        default=None, description="For placeholders: {fact_id.name}."
    )
    type: ValueType = Field(description="number, year, date, money, link and phone may be placeholders.")
    value: Annotated[
        Any,
        WithJsonSchema(
            {
                "anyOf": [
                    {"type": ["string", "number"]},
                    {"type": "object", "required": ["value", "currency"], "additionalProperties": True},
                ]
            }
        ),
    ]
    unit: Annotated[Text | None, OR_NONE] = None
    role: Annotated[Text | None, OR_NONE] = Field(default=None, description="What a person was at that time.")

    @field_validator("value", mode="before")
    @classmethod
    def _typed(cls, value: object, info: ValidationInfo) -> TypedValue:
        return read_value(str(info.data.get("type", "text")), value)  # a bad type is reported by itself


class FactItem(_Item):
    """An item of facts.yaml."""

    id: Id
    topic: Id
    statement: Text
    values: tuple[ValueItem, ...] = ()
    as_of: Date = Field(description="The day for which the statement holds.")
    source: Id = Field(description="Id in sources.yaml.")
    confidence: Confidence
    note: Annotated[Text | None, OR_NONE] = None
    review_by: Annotated[Date | None, OR_NONE] = None


# --- entries --------------------------------------------------------------------------------------


class EntryItem(_Item):
    """An entry of a topic."""

    id: Id
    question: Text = Field(description="ICU message, in English; the canonical wording.")
    answer: Text = Field(description="ICU message, in English; two sentences.")
    facts: tuple[Id, ...] = Field(
        default=(), description="The facts it rests on; only their values are placeholders."
    )
    related: tuple[Id, ...] = ()
    follow_ups: dict[Id, Id] = Field(
        default_factory=dict, description="Kind of follow-up (where, when) to entry."
    )
    sources: tuple[Id, ...] = Field(default=(), description="By default those of the facts, in order.")
    review_by: Annotated[Date | None, OR_NONE] = None
    careful: Flag = Field(default=False, description="Answer only when very sure.")
    aliases: tuple[Id, ...] = Field(default=(), description="Ids this entry had before.")


class TopicFile(_Item):
    """The head of a file in entries/."""

    title: Text
    order: Whole
    entries: list[EntryItem] = Field(default_factory=list)


class ConversationItem(EntryItem):
    """An item of conversation.yaml; a follow-up has only phrasings, no wording of its own."""

    kind: Literal["conversation", "unknown-by-design", "follow-up"]
    remark: Flag = Field(
        default=False, description="Asks nothing, as thanks do: passed over beside a question."
    )
    question: Text = ""
    answer: Text = ""

    @model_validator(mode="after")
    def _worded(self) -> ConversationItem:
        named = self.id.startswith(FOLLOW_UP_PREFIX)
        if named != (self.kind == "follow-up"):
            raise fault(
                "bad-id",
                f"{self.id} is of kind {self.kind}",
                f"only follow-ups are called {FOLLOW_UP_PREFIX}…",
            )
        missing = [key for key in ("question", "answer") if not getattr(self, key)]
        if missing and self.kind != "follow-up":
            raise fault("missing-key", f"{' and '.join(missing)} missing", "write it")
        if self.kind == "follow-up" and len(missing) < 2:
            raise fault("unknown-key", "a follow-up has neither question nor answer", "remove them")
        return self


# --- notices --------------------------------------------------------------------------------------


class NoticeItem(_Item):
    """An item of notices.yaml."""

    id: Id = Field(description="A new id is told anew to everybody.")
    text: Text = Field(
        description=f"Message in English, without placeholders, at most {NOTICE_LIMIT} characters."
    )
    begins: Date = Field(alias="from", description="First day on which it is told, in UTC.")
    until: Date = Field(description="Last day on which it is told, in UTC.")
    topics: tuple[Id, ...] = Field(default=(), description="Only with answers of these; empty: with any.")
    locales: tuple[LocaleId, ...] = Field(default=(), description="Only to readers of these; empty: to all.")


# --- files per language ---------------------------------------------------------------------------


class PhrasingsFile(RootModel[dict[Id, list[Text]]]):
    """phrasings/<locale>.yaml and learned/<locale>.yaml: entry id to the ways people ask it."""


class GoldenFile(RootModel[dict[LocaleId, dict[Text, Annotated[Id | None, OR_NONE]]]]):
    """golden.yaml: for each language, questions and the entry that must answer; null where none may."""


class NameItem(_Item):
    """An item of names.yaml: every way of writing one name."""

    id: Id
    names: dict[LocaleId, Annotated[list[Text], Field(min_length=1)]] = Field(
        description="For each language, the usual form first: the others are understood as it."
    )


class SynonymsFile(RootModel[list[list[Text]]]):
    """synonyms/<locale>.yaml: words with the same meaning."""


def _one_or_many(value: object) -> object:
    return [value] if isinstance(value, str) else value


class QuestionItem(_Item):
    """A labelled question of evaluation/<locale>.yaml."""

    question: Annotated[str, ANY_SCALAR]  # may be blank: that is a case, too
    entry: Annotated[
        tuple[Id, ...],
        BeforeValidator(_one_or_many),
        WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
    ] = Field(default=(), description="The entry that answers it, or several of which any is right.")
    decline: Flag = Field(
        default=False, description="No knowledge answers it; `entry` may then name what may be said."
    )
    both: tuple[Id, ...] = Field(default=(), description="The entries of two questions in one message.")
    after: Annotated[Text | None, OR_NONE] = Field(default=None, description="The question asked before it.")

    @model_validator(mode="after")
    def _labelled(self) -> QuestionItem:
        if self.both and (self.entry or self.decline or len(self.both) != 2):
            raise fault("bad-label", "`both` stands alone and names two entries", "correct the label")
        if not (self.both or self.entry or self.decline):
            raise fault("bad-label", "the label is missing", "add entry, both, or decline: true")
        return self


_FILES: dict[str, tuple[type[BaseModel], bool]] = {  # name -> (model, whether the file is a list of it)
    "sources": (SourceItem, True),
    "facts": (FactItem, True),
    "entries": (TopicFile, False),
    "conversation": (ConversationItem, True),
    "notices": (NoticeItem, True),
    "phrasings": (PhrasingsFile, False),
    "learned": (PhrasingsFile, False),
    "synonyms": (SynonymsFile, False),
    "names": (NameItem, True),
    "evaluation": (QuestionItem, True),
    "golden": (GoldenFile, False),
}


def keys(model: type[BaseModel]) -> tuple[str, ...]:
    """List the keys that may stand in an item and in the items inside it."""
    inner = (ValueItem,) if model is FactItem else ()
    return tuple(field.alias or name for one in (model, *inner) for name, field in one.model_fields.items())


def json_schemas() -> dict[str, dict[str, Any]]:
    """Describe each kind of file as JSON Schema, for editors.

    Returns:
        Name of the kind (`facts`, `entries`, `phrasings`, ...) to its schema.
    """
    return {name: describe(name, model, is_list=is_list) for name, (model, is_list) in _FILES.items()}


def describe(name: str, model: type[BaseModel], *, is_list: bool) -> dict[str, Any]:
    """Describe one kind of file as JSON Schema.

    Args:
        name: Of the kind.
        model: Of the file, or of an item of it.
        is_list: Whether the file is a list of such items.
    """
    schema = model.model_json_schema()
    if is_list:
        definitions = schema.pop("$defs", {})
        schema = {"type": "array", "items": schema, "$defs": definitions}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": f"{name}.yaml",
    }
