"""故事由界面演一遍：谁在什么时候按什么，走到哪里，期限到哪一刻，都与计划写的一样."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.site import Browser, Clock
from tests.web.story_player import Player
from tests.web.story_words import play_of

SHOWN = {
    "ST02-A": ("直报", "食安通检查记录号 SAT-20170504-02", "基本满意"),
    "ST03-A": ("黄牌", "已改回原位", "两户", "满意"),
    "ST05-A": ("并入 1 件",),
    "ST07-A": ("挂起到 5月19日", "恢复"),
    "ST08-A": ("批准延期 5 个工作日", "无须反馈：来源为内部巡查"),
    "ST12-A": ("告知〔2017〕1号", "不属本乡辖区"),
}
"""案件页上最后看得到的几样：专属的记录、牌、评价、并入、延期挂起、告知书编号."""


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
    for key, state in zip(keys, ends, strict=True):
        player.check_end(key, state, SHOWN.get(key, ()))
