from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.matching.build import Example, build_matcher
from bot.matching.index import Matcher

DATA = Path(__file__).parent.parent / "data"

# Ten things people ask a library, in three languages; written for these tests.
LIBRARY: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "opening-hours": (
            "When does the library open?",
            "opening hours",
            "until what time are you open in the evening",
            "Is the library open on Sunday?",
            "what time do you close",
        ),
        "lost-card": (
            "I lost my library card",
            "my card was stolen",
            "how can I replace a lost card",
            "new card after losing the old one",
            "card missing",
        ),
        "late-return": (
            "What happens if I return a book late?",
            "fine for overdue books",
            "I forgot to bring my book back in time",
            "overdue charges",
            "penalty for returning late",
        ),
        "renewal": (
            "Can I keep a book longer?",
            "renew my loan",
            "extend the loan of a novel",
            "how often may I renew",
            "prolong borrowing",
        ),
        "founder": (
            "Who is Ada Lindqvist?",
            "Ada Lindqvist",
            "tell me about the founder Ada Lindqvist",
            "who founded the library",
            "founder",
        ),
    },
    "fr": {
        "opening-hours": (
            "Quand ouvre la bibliothèque ?",
            "horaires d’ouverture",
            "jusqu’à quelle heure êtes-vous ouverts le soir",
            "La bibliothèque est-elle ouverte le dimanche ?",
            "à quelle heure fermez-vous",
        ),
        "lost-card": (
            "J’ai perdu ma carte de lecteur",
            "on m’a volé ma carte",
            "comment remplacer une carte perdue",
            "nouvelle carte après une perte",
            "carte égarée",
        ),
        "late-return": (
            "Que se passe-t-il si je rends un livre en retard ?",
            "amende pour retard",
            "j’ai oublié de rapporter mon livre à temps",
            "frais de retard",
            "pénalité quand on rend trop tard",
        ),
        "renewal": (
            "Puis-je garder un livre plus longtemps ?",
            "renouveler mon prêt",
            "prolonger l’emprunt d’un roman",
            "combien de fois peut-on renouveler",
            "prolongation",
        ),
        "founder": (
            "Qui est Ada Lindqvist ?",
            "Ada Lindqvist",
            "parlez-moi de la fondatrice Ada Lindqvist",
            "qui a fondé la bibliothèque",
            "fondatrice",
        ),
    },
    "zh_Hans": {
        "opening-hours": ("图书馆几点开门？", "开放时间", "晚上开到几点", "星期天开门吗", "你们什么时候关门"),
        "lost-card": ("我的借书证丢了", "借书证被偷了", "怎样补办借书证", "丢失旧证后办新证", "证件遗失"),
        "late-return": ("书还晚了会怎样？", "逾期罚款", "我忘记按时还书了", "超期费用", "晚还书的处罚"),
        "renewal": ("可以续借吗？", "延长借阅", "这本小说能多借几天吗", "可以续借几次", "借期延长"),
        "founder": ("林德奎斯特是谁？", "Ada Lindqvist", "介绍一下创始人", "图书馆是谁创办的", "创始人"),
    },
}


def library(*locales: str) -> list[Example]:
    """The phrasings of some languages, or of all."""
    return [
        Example(locale=locale, entry_id=entry_id, text=text)
        for locale in locales or tuple(LIBRARY)
        for entry_id, texts in LIBRARY[locale].items()
        for text in texts
    ]


def clinc150(part: str) -> list[tuple[str, str]]:
    """Rows (text, label) of the extract; an empty label is out of scope."""
    with (DATA / "clinc150.csv").open(newline="", encoding="utf-8") as file:
        return [(row["text"], row["label"]) for row in csv.DictReader(file) if row["part"] == part]


def clinc150_examples() -> Sequence[Example]:
    """The extract's phrasings, and its labels as titles."""
    rows = clinc150("phrasing")
    titles = [(label.replace("_", " "), label) for label in sorted({label for _, label in rows})]
    return [
        *(Example(locale="en", entry_id=label, text=text) for text, label in rows),
        *(Example(locale="en", entry_id=label, text=text, kind="title") for text, label in titles),
    ]


@pytest.fixture(scope="session")
def matcher() -> Matcher:
    """A matcher of the library in three languages."""
    return build_matcher(library())


@pytest.fixture(scope="session")
def clinc150_matcher() -> Matcher:
    """A matcher of the CLINC150 extract."""
    return build_matcher(clinc150_examples())
