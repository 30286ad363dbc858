"""手造的会议各步：动作、在哪一次会上走得成、交什么；动作要哪个授权."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from app.db import session
from tests.factories import org_id, person_id
from tests.web.world import World

REASON = "组长赴县里开会，经请示改期举行。"


@dataclass(frozen=True, slots=True)
class Deed:
    """一步：动作、哪一次会、交什么."""

    action: str
    meeting: str
    fill: Callable[[World, int], dict[str, Any]]

    def data(self, world: World) -> dict[str, Any]:
        """填好的表；不带版本，看授权而不看谁先办."""
        return self.fill(world, world.meetings[self.meeting][0])


def _one(statement: str, key: int) -> Any:
    return session.execute(text(statement), {"id": key}).scalars().first()


def _standing(key: int) -> int:
    statement = "SELECT id FROM agenda_item WHERE meeting_id = :id ORDER BY order_no"
    return _one(statement, key)


def _resolved(key: int) -> int:
    return _one("SELECT id FROM resolution WHERE meeting_id = :id", key)


def _member() -> int:
    return person_id("雷巡野")


def _terms(item_id: int) -> dict[str, Any]:
    return {
        "item_id": item_id,
        "content": "高山村口增设2个清运点",
        "lead_org_id": org_id("SHZX"),
        "duty_person_id": person_id("蓝望岫"),
        "due_on": "2017-07-07",
    }


_MINUTES = {
    "analysis": "上周情况平稳。",
    "row_content": ["入户宣传"],
    "row_responsible": ["雷霁月"],
    "row_lead_unit": ["社会事业服务中心"],
    "row_due": ["2017-06-23"],
    "distribution": "各成员单位",
}

DEEDS: tuple[Deed, ...] = (
    Deed("notice", "scheduled", lambda w, k: {}),
    Deed(
        "reschedule",
        "scheduled",
        lambda w, k: {"planned_at": "2017-07-06 09:00", "place": "三楼", "reason": REASON},
    ),
    Deed("cancel", "scheduled", lambda w, k: {"reason": REASON}),
    Deed(
        "collect",
        "scheduled",
        lambda w, k: {"title": "另一个议题", "section": "本周安排", "agreed": "y"},
    ),
    Deed(
        "collect_cases",
        "scheduled",
        lambda w, k: {"case_id": w.cases["processing"].id, "agreed": "1"},
    ),
    Deed("admit", "scheduled", lambda w, k: {"item_id": w.items["scheduled"]}),
    Deed("open", "noticed", lambda w, k: {}),
    Deed("request_leave", "noticed", lambda w, k: {"reason": REASON}),
    Deed("entrust", "noticed", lambda w, k: {"person_id": _member(), "reason": REASON}),
    Deed("mark", "opened", lambda w, k: {"person_id": _member(), "status": "出席"}),
    Deed("mark_all_present", "opened", lambda w, k: {}),
    Deed(
        "add_observer",
        "opened",
        lambda w, k: {"person_id": person_id("钟稼轩"), "reason": "列席汇报"},
    ),
    Deed(
        "deliberate",
        "opened",
        lambda w, k: {
            "item_id": _standing(k),
            "discussion": "听取了汇报。",
            "conclusion": "照办。",
        },
    ),
    Deed("resolve", "opened", lambda w, k: _terms(w.items["opened"])),
    Deed("draft_minutes", "closed", lambda w, k: {}),
    Deed(
        "amend_resolution",
        "opened",
        lambda w, k: {**_terms(w.items["opened"]), "resolution_id": _resolved(k)},
    ),
    Deed("drop_resolution", "opened", lambda w, k: {"resolution_id": _resolved(k)}),
    Deed("save_minutes", "drafted", lambda w, k: _MINUTES),
    Deed("take_over_draft", "drafted", lambda w, k: {}),
    Deed("review_minutes", "drafted", lambda w, k: {}),
    Deed("return_minutes", "reviewed", lambda w, k: {"reason": REASON}),
    Deed("sign_minutes", "reviewed", lambda w, k: {}),
    Deed("reissue_minutes", "signed", lambda w, k: {**_MINUTES, "reason": REASON}),
    Deed(
        "report_resolution",
        "signed",
        lambda w, k: {"resolution_id": w.resolution, "text": "两处都建好了", "done": "1"},
    ),
)

ACTS: dict[str, tuple[str, str]] = {
    "notice": ("meeting", "schedule"),
    "reschedule": ("meeting", "cancel"),
    "cancel": ("meeting", "cancel"),
    "collect": ("meeting", "collect_agenda"),
    "collect_cases": ("meeting", "collect_agenda"),
    "admit": ("meeting", "admit_agenda"),
    "open": ("meeting", "roll_call"),
    "request_leave": ("meeting", "request_leave"),
    "entrust": ("meeting", "roll_call"),
    "mark": ("meeting", "roll_call"),
    "mark_all_present": ("meeting", "roll_call"),
    "add_observer": ("meeting", "roll_call"),
    "deliberate": ("meeting", "roll_call"),
    "resolve": ("resolution", "assign"),
    "draft_minutes": ("meeting", "draft_minutes"),
    "amend_resolution": ("resolution", "assign"),
    "drop_resolution": ("resolution", "assign"),
    "save_minutes": ("meeting", "draft_minutes"),
    "take_over_draft": ("meeting", "draft_minutes"),
    "review_minutes": ("meeting", "review_minutes"),
    "return_minutes": ("meeting", "sign_minutes"),
    "sign_minutes": ("meeting", "sign_minutes"),
    "reissue_minutes": ("meeting", "reissue_minutes"),
    "report_resolution": ("resolution", "report"),
}
