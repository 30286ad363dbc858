"""手造的提交：每个动作一份填得对的表，交到走得到这一步的案件上."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from app.db import session
from tests.factories import LONG, REASON, grid_id, org_id, person_id
from tests.web.world import World

STEPS: tuple[tuple[str, str], ...] = (
    ("draft", "report"),
    ("reported", "request_supplement"),
    ("reported", "accept"),
    ("reported", "reject"),
    ("reported", "cancel"),
    ("supplement", "supplement"),
    ("accepted", "dispatch"),
    ("dispatched", "redispatch"),
    ("dispatched", "sign_in"),
    ("dispatched", "return_case"),
    ("processing", "record_progress"),
    ("processing", "transfer"),
    ("processing", "finish"),
    ("handled", "verify"),
    ("handled", "rework"),
    ("verified", "feedback"),
    ("told", "archive"),
    ("reported", "propose_reject"),
    ("reported", "merge"),
    ("reported", "correct"),
    ("accepted", "request_multi_dispatch"),
    ("processing", "add_cooperators"),
    ("processing", "request_suspend"),
    ("processing", "reclassify"),
    ("handled", "withdraw_finish"),
)
"""案件（世界里的名字）与从那里走得出的动作."""


def payload(world: World, name: str, action: str) -> dict[str, Any]:
    """这个动作的表；版本取案件现在的."""
    place = world.cases[name]
    version = session.execute(
        text("SELECT version FROM case_record WHERE id = :id"), {"id": place.id}
    ).scalar_one()
    return {"version": str(version), **_FILLED[action](world, name)}


def _number(world: World, name: str) -> str:
    """另一件还没终结的案件的编号."""
    statement = text("SELECT number FROM case_record WHERE id = :id")
    return str(session.execute(statement, {"id": world.cases[name].id}).scalar_one())


def _informant(case_id: int) -> int:
    statement = text("SELECT id FROM case_informant WHERE case_id = :id")
    return session.execute(statement, {"id": case_id}).scalar_one()


def _category() -> str:
    statement = text("SELECT id FROM category WHERE code = 'ZF1001'")
    return str(session.execute(statement).scalar_one())


def _team(person: str = "雷霁月") -> dict[str, Any]:
    return {"org_id": org_id("SHZX"), "handler_id": person_id(person)}


_FILLED: dict[str, Any] = {
    "report": lambda w, n: {},
    "request_supplement": lambda w, n: {"items": "缺具体地点", "reason": REASON},
    "supplement": lambda w, n: {
        "content": "补上：高山村口老樟树下",
        "grid_id": grid_id("G09"),
        "place": "高山村口老樟树下",
    },
    "accept": lambda w, n: {"category_id": _category(), "level": "一般", "kind": "EVENT"},
    "reject": lambda w, n: {
        "reject_reason": "不属本乡辖区",
        "method": "电话",
        "notice": "此事不属本乡辖区，请向邻乡反映。",
        "reason": REASON,
    },
    "cancel": lambda w, n: {
        "reason": REASON,
        "withdrawal": "来电人书面撤回",
        "mistake_note": "重复登记，误录了一件。",
    },
    "dispatch": lambda w, n: {"platform": "ZF", "note": "请按期办理"},
    "redispatch": lambda w, n: {"platform": "SJ", "reason": REASON},
    "sign_in": lambda w, n: _team(),
    "transfer": lambda w, n: {**_team("蓝望岫"), "opinion": "由主任直接办理"},
    "return_case": lambda w, n: {
        "return_reason": "不属本平台职责",
        "suggestion": "请分给市场监管",
        "reason": REASON,
    },
    "record_progress": lambda w, n: {"content": "到场核实，户主同意清理"},
    "finish": lambda w, n: {
        "result": "已解决",
        "content": LONG,
        "attachments": str(w.files["loose"]),
    },
    "verify": lambda w, n: {"verify_method": "电话", "opinion": "电话回访属实"},
    "rework": lambda w, n: {"faults": "还有一处没清", "demand": "三日内清完", "reason": REASON},
    "feedback": lambda w, n: {
        "informant_id": _informant(w.cases[n].id),
        "receiver": "来电人",
        "method": "电话",
        "feedback_at": "2017-05-30 10:00",
        "content": "垃圾已清运。",
    },
    "archive": lambda w, n: {"retention": "D10", "secrecy_confirmed": "y"},
    "self_close": lambda w, n: {
        "category_id": _category(),
        "content": "当场清走，路面冲洗干净。",
        "party_signature": str(w.files["loose"]),
        "told_on_spot": "y",
    },
    "direct_report": lambda w, n: {
        "category_id": _category(),
        "platform": "ZF",
        "direct_reason": "水已漫到路上，车过不去",
    },
    "propose_reject": lambda w, n: {
        "reject_reason": "不属本乡辖区",
        "notice": "此事不属本乡辖区，请向邻乡反映。",
        "reason": REASON,
    },
    "decline_reject": lambda w, n: {"opinion": "应当受理"},
    "merge": lambda w, n: {
        "main_number": _number(w, "accepted"),
        "same_points": ["地点", "内容"],
        "reason": REASON,
    },
    "unmerge": lambda w, n: {"reason": REASON},
    "request_multi_dispatch": lambda w, n: {**_BOTH, "note": "两家都有份"},
    "dispatch_multi": lambda w, n: {**_BOTH, "note": "同意"},
    "refuse_multi_dispatch": lambda w, n: {"opinion": "一家就够"},
    "appoint_lead": lambda w, n: {
        "lead_org_id": org_id("SHZX"),
        "lead_person_id": person_id("蓝望岫"),
        "note": "由执法牵头",
    },
    "add_cooperators": lambda w, n: {
        "org_id": org_id("ZFZD"),
        "role": "配合",
        "task": "查有没有证照",
        "reply_due_at": "2017-07-20 17:30",
    },
    "submit_cooperation": lambda w, n: {"cooperation_id": "1", "reply": "已立案"},
    "request_extension": lambda w, n: {
        "extension_wd": "2",
        "work_done": "已送达通知",
        "reason": REASON,
    },
    "approve_extension": lambda w, n: {"granted_wd": "2", "opinion": "同意"},
    "refuse_extension": lambda w, n: {"opinion": "不必再延"},
    "request_suspend": lambda w, n: {
        "suspend_reason": "AWAIT_TEST",
        "resume_on": _SOON,
        "attachments": str(w.files["loose"]),
        "reason": REASON,
    },
    "approve_suspend": lambda w, n: {"until_on": _SOON, "opinion": "同意"},
    "refuse_suspend": lambda w, n: {"opinion": "照常办理"},
    "resume": lambda w, n: {"note": "检验结果已出"},
    "submit_to_joint_meeting": lambda w, n: {
        "agenda_title": "村口垃圾由谁长期清运",
        "agenda_type": "STUCK",
        "reason": REASON,
    },
    "apply_resolution": lambda w, n: {"resolution_id": "1"},
    "rate": lambda w, n: {
        "satisfaction": "基本满意",
        "method": "电话回访",
        "reference": "0577-1234 10:00",
    },
    "withdraw_finish": lambda w, n: {"reason": REASON},
    "reclassify": lambda w, n: {"category_id": _category(), "level": "较大", "reason": REASON},
    "correct": lambda w, n: {
        "title": "村口垃圾成堆没人清",
        "body": "村口垃圾堆了四天没人清运。",
        "place": "高山村口老樟树下",
        "informant_name": "来电人",
        "informant_phone": "13800000612",
        "reason": REASON,
    },
    "reopen": lambda w, n: {"reopen_reason": "反弹", "reason": REASON},
}

_SOON = "2017-07-04"
_BOTH = {"platform": "ZF", "assist_platforms": "SJ", "assist_platforms-SJ": "查有没有证照"}
