from __future__ import annotations

from pathlib import Path

import pytest

from bot.knowledge.loader import load_evaluation, load_knowledge
from bot.language.catalogs import Catalogs, load_catalogs
from bot.staff.redact import LINK, marked, redact, redactor

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def catalogs() -> Catalogs:
    return load_catalogs(ROOT / "locales")[0]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Write to john.doe+x@mail.example.org, please", "Write to [e-mail], please"),
        ("bonjour (jean@exemple.fr).", "bonjour ([e-mail])."),
        ("john (at) mail (dot) com thanks", "[e-mail] thanks"),
        ("почта иван@почта.рф", "почта [e-mail]"),
        ("我的邮箱是wang＠example.cn，谢谢", "我的邮箱是[e-mail]，谢谢"),
        ("see https://example.org/a?b=c, or www.example.com", "see [link], or [link]"),
        ("is it t.me/foo or example.com/x or example.com?", "is it [link] or [link] or [link]?"),
        ("看example.com吧，a@b.com谢谢", "看[link]吧，[e-mail]谢谢"),
        ("ask @john_doe or 联系@abcde吧", "ask [name] or 联系[name]吧"),
    ],
)
def test_takes_addresses_out(catalogs: Catalogs, text: str, shown: str) -> None:
    assert redact(text, catalogs) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Call +41 79 123 45 67 or 079 123 45 67.", "Call [phone] or [phone]."),
        ("+1 (555) 123-4567", "[phone]"),
        ("(022) 123-4567?", "[phone]?"),
        ("06.12.34.56.78", "[phone]"),
        ("600 123 456", "[phone]"),
        ("0044 20 7946 0958", "[phone]"),
        ("٠٥٠١٢٣٤٥٦٧ هذا رقمي", "[phone] هذا رقمي"),
        ("۰۹۱۲ ۳۴۵ ۶۷۸۹", "[phone]"),
        ("电话13800138000谢谢", "电话[phone]谢谢"),
        ("मेरा नंबर ९८७६५४३२१० है", "मेरा नंबर [phone] है"),
    ],
)
def test_takes_phone_numbers_out_in_any_digits(catalogs: Catalogs, text: str, shown: str) -> None:
    assert redact(text, catalogs) == shown


@pytest.mark.parametrize(
    "text",
    [
        "What happened on 2025-06-01 or 01.06.2025, in 2025-2026?",
        "104 members in 2025, 1 000 000 dollars, 1,234,567 or 12.345.678 learners",
        "on 20250601 at 10:30",
        "SDG 4.7 and 17.16, resolution 70/1 of 2015",
        "the end.The beginning, e.g. this",
        "version 3.11.2 and ABC1234567",
        "٢٠٢٥ و ٢٠٢٦",
        "1 234 567",
    ],
)
def test_leaves_years_dates_and_figures(catalogs: Catalogs, text: str) -> None:
    assert redact(text, catalogs) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("My name is John Smith and when was it launched?", "My name is [name] and when was it launched?"),
        ("my name is john, who proposed it", "my name is [name], who proposed it"),
        ("MY NAME IS JOHN SMITH WHAT IS WDEA", "MY NAME IS [name] WHAT IS WDEA"),
        ("my name’s María de la Cruz. What is WDEA?", "my name’s [name]. What is WDEA?"),
        ("I am Anna Müller, can I join?", "I am [name], can I join?"),
        ("My name is J. R. Tolkien. Hello.", "My name is [name]. Hello."),
        ("Je m'appelle Jean-Pierre Dupont, qui dirige ?", "Je m'appelle [name], qui dirige ?"),
        ("Меня зовут Иван Петров, кто основал альянс?", "Меня зовут [name], кто основал альянс?"),
        ("меня зовут иван как вступить", "меня зовут [name] как вступить"),
        ("Я Иван.", "Я [name]."),
        ("اسمي محمد علي وأريد أن أعرف", "اسمي [name] وأريد أن أعرف"),
        ("اسمي أحمد، من أسس التحالف؟", "اسمي [name]، من أسس التحالف؟"),
        ("Me llamo José Luis Pérez y quiero saber", "Me llamo [name] y quiero saber"),
        ("meu nome é joão silva e quero entrar", "meu nome é [name] e quero entrar"),
        ("我叫王小明，请问联盟是什么？", "我叫 [name]，请问联盟是什么？"),
        ("我的名字叫王明", "我的名字叫 [name]"),
    ],
)
def test_takes_names_out_where_people_give_theirs(catalogs: Catalogs, text: str, shown: str) -> None:
    assert redact(text, catalogs) == shown


@pytest.mark.parametrize(
    "text",
    ["I am a teacher", "I'm WDEA member", "Soy estudiante", "я учитель", "Je suis étudiante", "Sou aluno"],
)
def test_leaves_what_people_are(catalogs: Catalogs, text: str) -> None:
    assert redact(text, catalogs) == text


def test_leaves_everything_that_the_knowledge_base_asks(catalogs: Catalogs) -> None:
    knowledge, _ = load_knowledge(ROOT / "knowledge")
    items, _ = load_evaluation(ROOT / "knowledge")
    texts = [item.question for every in items.values() for item in every]
    texts += [
        text for every in knowledge.phrasings.values() for phrasings in every.values() for text in phrasings
    ]
    redacted = redactor(catalogs)
    touched = [text for text in texts if marked(redacted(text)) and LINK not in redacted(text)]
    assert len(texts) > 10_000
    assert not touched


def test_says_whether_something_was_taken_out(catalogs: Catalogs) -> None:
    assert marked(redact("mail me: a@b.org", catalogs))
    assert not marked(redact("what is it?", catalogs))
