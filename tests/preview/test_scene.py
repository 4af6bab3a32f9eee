"""Who is there when the page opens."""

from __future__ import annotations

from bot.preview.botapi import BotApi
from bot.preview.scene import STAFF, Scene


def test_the_second_person_is_of_the_staff_on_as_many_pages_as_there_are_ids() -> None:
    api = BotApi(seed=7)
    scenes = [Scene(api, "en") for _ in range(len(STAFF) + 1)]
    assert [scene.people[1].id for scene in scenes[:-1]] == list(STAFF)
    assert scenes[-1].people[1].id not in STAFF
    assert not any(scene.people[0].id in STAFF for scene in scenes)
