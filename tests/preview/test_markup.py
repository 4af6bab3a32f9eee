from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Chat, Message, MessageEntity

from bot.preview.entities import clean
from bot.preview.errors import ApiError
from bot.preview.markup import parse_html


def round_trip(source: str) -> str:
    """Return the markup that the library writes for a parsed text."""
    text, entities = parse_html(source)
    read = [MessageEntity.de_json(entity, None) for entity in entities]
    return Message(1, 0, Chat(1, "private"), text=text, entities=read).text_html  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "source",
    [
        "plain &lt;b&gt; &amp; more",
        "<b>bold <i>both</i></b> <u>under</u> <s>gone</s>",
        '<a href="https://example.org/?a=1">link</a>',
        "<code>x = 1</code>",
        "<pre>x = 1</pre>",
        "<blockquote>quote</blockquote>",
        "<blockquote expandable>long quote</blockquote>",
        "العربية <b>مهم</b> 😀 <b>x</b>",
    ],
)
def test_markup_comes_back_as_the_library_writes_it(source: str) -> None:
    assert round_trip(source) == source


@pytest.mark.parametrize(
    ("source", "same"),
    [
        ("<strong>a</strong><em>b</em><ins>c</ins><del>d</del>", "<b>a</b><i>b</i><u>c</u><s>d</s>"),
        ("<B>a</b>", "<b>a</b>"),
        ("<b>a</>", "<b>a</b>"),
        ("<a href='https://a.org'>x</a>", '<a href="https://a.org">x</a>'),
        ("<a href=a.org>x</a>", '<a href="a.org">x</a>'),
        ("&#65;&#x42;&quot &unknown; & &#0;", "AB&quot; &amp;unknown; &amp; &amp;#0;"),
        ('<span class="tg-spoiler">x</span>', '<span class="tg-spoiler">x</span>'),
        ("<b></b>x", "x"),
        ('<a href="http://localhost">x</a>', "x"),
    ],
)
def test_other_spellings_mean_the_same(source: str, same: str) -> None:
    assert round_trip(source) == same


@pytest.mark.parametrize(
    ("source", "entity"),
    [
        ('<a href="https://a.org/?b=1&amp;c=2">x</a>', {"type": "text_link", "url": "https://a.org/?b=1&c=2"}),
        ('<pre><code class="language-python">x</code></pre>', {"type": "pre", "language": "python"}),
        ('<code class="language-python"><pre>x</pre></code>', {"type": "pre", "language": "python"}),
        ('<code class="language-python">x</code>', {"type": "code"}),
        ('<tg-emoji emoji-id="5368324170671202286">x</tg-emoji>',
         {"type": "custom_emoji", "custom_emoji_id": "5368324170671202286"}),
    ],
)  # fmt: skip
def test_entities_carry_what_the_attributes_say(source: str, entity: dict[str, object]) -> None:
    assert parse_html(source) == ("x", [{"offset": 0, "length": 1, **entity}])


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("é<p>x</p>", 'Unsupported start tag "p" at byte offset 2'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<br/>", 'Unsupported start tag "br/" at byte offset 0'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<a ="x">x</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=x/y>x</a>", "Unexpected end of name token at byte offset 8"),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<a href", 'Unclosed start tag "a" at byte offset 0'),
        ("<a href=", 'Unclosed start tag "a" at byte offset 0'),
        ("<a ", 'Unclosed start tag "a" at byte offset 0'),
    ],
)
def test_broken_markup_is_refused_with_its_place(source: str, reason: str) -> None:
    with pytest.raises(ApiError) as refused:
        parse_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {reason}"


@given(st.text())
def test_escaped_text_comes_back_unchanged(text: str) -> None:
    assert parse_html(html.escape(clean(text), quote=False)) == (clean(text), [])


@given(st.text(alphabet="<>/ab =\"'&;#x1é😀"))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        parsed, entities = parse_html(text)
    except ApiError:
        return  # refused, which is an answer too; any other exception fails
    assert all(entity["length"] > 0 for entity in entities)
    assert len(parsed) <= len(text)
