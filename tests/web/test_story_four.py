"""四个故事由界面演一遍：谁在什么时候按什么，走到哪里，期限到哪一刻，都与计划写的一样."""

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


@pytest.mark.parametrize("key", ["ST02-A", "ST05-A", "ST07-A", "ST08-A"])
def test_a_story_is_played_through_the_screens(player: Player, key: str) -> None:
    player.play(play_of(key))
    assert player.cases[key].state == "ARCHIVED"
