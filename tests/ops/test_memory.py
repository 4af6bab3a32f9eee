import gc
import weakref

from bot.ops.memory import settle


class Link:
    """Can hold itself."""

    def __init__(self) -> None:
        self.link: Link | None = None


def test_what_was_replaced_goes_although_it_was_said_to_stay() -> None:
    link = Link()
    link.link = link
    gone = weakref.ref(link)
    try:
        settle()
        assert gc.get_freeze_count() > 0
        del link
        gc.collect()
        assert gone() is not None  # nobody looks for it
        settle()
        assert gone() is None
    finally:
        gc.unfreeze()
