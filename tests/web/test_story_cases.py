"""故事由界面演一遍：谁在什么时候按什么，走到哪里，期限到哪一刻，都与计划写的一样."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.site import Browser, Clock
from tests.web.story_player import Player
from tests.web.story_words import play_of


@pytest.fixture
def player(app: Any, clock: Clock, client_for: Callable[[str], Browser]) -> Player:
    """空的乡里的各个账号."""
    return Player(app, clock, client_for)


@pytest.mark.parametrize(
    ("keys", "ends"),
    [
        (("ST02-A",), ("ARCHIVED",)),
        (("ST05-A", "ST05-B", "ST05-C"), ("ARCHIVED", "MERGED", "ARCHIVED")),
        (("ST07-A",), ("ARCHIVED",)),
        (("ST08-A",), ("ARCHIVED",)),
        (("ST12-A",), ("REJECTED",)),
        (("ST03-A",), ("ARCHIVED",)),
    ],
    ids=["ST02", "ST05", "ST07", "ST08", "ST12", "ST03"],
)
def test_a_story_is_played_through_the_screens(
    player: Player, keys: tuple[str, ...], ends: tuple[str, ...]
) -> None:
    player.play(*map(play_of, keys))
    assert tuple(player.cases[key].state for key in keys) == ends
