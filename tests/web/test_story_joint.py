"""联席会议的两件由界面演一遍：案件上会，会议三签，决议回写，协办与牵头，直到归档与确认."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.services import documents
from tests.site import Browser, Clock
from tests.web.story_meeting import JointMeeting
from tests.web.story_player import Player
from tests.web.story_words import play_of

SHOWN = (
    ("2017年第2季度联席会议-决02", "牵头人 · 盘月岚", "市场监管所", "已回复", "满意"),
    ("2017年第2季度联席会议-决03", "退回 2 次"),
)
"""案件页上最后看得到的：决议、牵头人、协办回复、评价；两次退回."""


@pytest.fixture
def no_fonts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """不在这里做 PDF."""
    monkeypatch.setattr(documents, "_state", {"cache_dir": tmp_path, "font_dir": None})


def test_two_cases_go_through_the_joint_meeting_by_the_screens(
    app: Any, clock: Clock, client_for: Callable[[str], Browser], no_fonts: None
) -> None:
    stream, barber = play_of("ST01-A"), play_of("ST06-A")
    player = Player(app, clock, client_for)
    held_at = next(act.at for act in stream.others if act.action == "meeting.roll_call")
    joint = JointMeeting(
        player, held_at, ("二季度社情民情研判与汛期安排", *map(topic, (stream, barber)))
    )
    player.play(stream, barber, aside=joint)
    for play, wanted in zip((stream, barber), SHOWN, strict=True):
        player.check_end(play.script.key, "ARCHIVED", wanted)


def topic(play: Any) -> str:
    """提交联席会议时写的议题."""
    acts = play.script.acts
    return next(a for a in acts if a.action == "submit_to_joint_meeting").words["agenda_title"]
