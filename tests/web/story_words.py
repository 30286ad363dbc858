"""故事里的人在各步的表单上写什么：动作 → 字段名 → 写的字；字取自演示的本子."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.domain.working_time import SHANGHAI
from app.plan.demo_cast import cast_of
from app.plan.demo_script import Act, Script
from app.plan.demo_tale import tell
from app.plan.demo_texts import Texts, read_texts
from app.plan.load import load
from app.plan.model import DemoStory, Plan

Typed = dict[str, Any]
MATTERS: Mapping[str, str] = {"SJ": "food", "ZF": "roads", "ZZ": "disputes", "BM": "other"}
"""网格员上报的八类事，按小类的平台挑一样."""


@dataclass(frozen=True, slots=True)
class Play:
    """一件的本子与名称：机构、村、网格、人都按界面上的名称写."""

    script: Script
    orgs: Mapping[str, str]
    villages: Mapping[str, str]
    grids: Mapping[str, str]
    people: Mapping[str, str]
    reached: Mapping[datetime, str]
    due: datetime | None
    others: tuple[Act, ...]

    def doer(self, action: str) -> str:
        """做这个动作的人."""
        return next(act.who for act in self.script.acts if act.action == action)


def play_of(key: str) -> Play:
    """计划里的一个故事；到点的牌不在本子上，照故事写的时刻添上."""
    plan: Plan = load()
    story = next(one for one in plan.stories if one.id == key)
    texts = read_texts(plan)
    script = tell(story, plan, texts, cast_of(plan))
    cards = [Act("auto_card", "SYS", s.at) for s in story.steps if s.action == "auto_card"]
    script.acts = sorted((*script.acts, *cards), key=lambda act: act.at)
    return Play(
        script=script,
        others=tuple(_others(story, plan, texts)),
        due=story.expect_due.due if story.expect_due else None,
        orgs={one.code: one.zh for one in plan.orgs},
        villages={one.code: one.zh for one in plan.villages},
        grids={one.code: one.zh for one in plan.grids},
        people={one.login: one.name for one in plan.accounts},
        reached={step.at: step.to for step in story.steps if step.to},
    )


def _others(story: DemoStory, plan: Plan, texts: Texts) -> Iterator[Act]:
    """其他模块的几步；同一动作的第几次写成 ``meeting.schedule.2``."""
    logins = {account.id: account.login for account in plan.accounts}
    answers = texts.stories[story.id].answers
    times: Counter[str] = Counter()
    for step in story.others:
        times[step.action] += 1
        turn = times[step.action]
        name = f"{step.action}.{turn}" if turn > 1 else step.action
        yield Act(name, logins[step.who], step.at, answers.get(f"others.{name}", {}))


def local(at: datetime, **later: float) -> str:
    """时刻框里的写法."""
    return f"{at.astimezone(SHANGHAI) + timedelta(**later):%Y-%m-%d %H:%M}"


def short_intake(play: Play, act: Act) -> Typed:
    """网格员手机上的短表：哪类事、说什么、在哪里；村格已按本人的填好."""
    script = play.script
    return {
        "matter": MATTERS[script.platform],
        "body": script.body,
        "place": script.place,
    }


def full_intake(play: Play, act: Act) -> Typed:
    """完整登记表."""
    script, caller = play.script, play.script.caller
    own = _CHANNELS[script.channel](script, act.at)
    return {
        "channel": script.channel,
        **{f"{script.channel}_{name}": value for name, value in own.items()},
        "title": script.title,
        "body": script.body,
        "category_id": script.leaf.code,
        "level": script.level,
        "people_count": script.people or "",
        "received_at": local(act.at, minutes=-4),
        "village_id": play.villages[script.village],
        "grid_id": play.grids[script.grid],
        "place": script.place,
        "informant_name": caller.name or "",
        "informant_phone": caller.phone or "",
    }


_CHANNELS: Mapping[str, Callable[[Script, datetime], Typed]] = {
    "HOTLINE": lambda s, at: {
        "line": "12345",
        "call_time": local(at, minutes=-5),
        "reply_required": s.caller.is_reachable,
    },
    "PATROL": lambda s, at: {"patrol_no": f"XC-{at:%Y%m%d}-01", "team": "综合行政执法中队"},
    "PETITION": lambda s, at: {"form": "来访", "people": s.people or 1, "demand": s.body},
    "INSPECT": lambda s, at: {
        "batch": "2017年第2季度专项督查",
        "inspector_org": "县督查考评办公室",
        "notice_no": "松督改〔2017〕6号",
        "rectify_by": f"{s.rectify_by:%Y-%m-%d}" if s.rectify_by else "",
        "inspected_org": "经济发展服务中心",
    },
}


def typed(play: Play, act: Act, numbers: Mapping[str, str]) -> Typed:
    """这一步写的字；``numbers`` 是各件的编号."""
    if act.action == "merge":
        own = _as_said("same_points", "reason")(play, act)
        return {"main_number": numbers[act.words["main"]], **own}
    return _TYPED[act.action](play, act)


def _as_said(*names: str, **renamed: str) -> Callable[[Play, Act], Typed]:
    """本子上叫什么就写到哪一项；``renamed`` 是本子上的名称 → 字段名."""
    fields = {**{name: name for name in names}, **renamed}
    return lambda _play, act: {
        box: act.words[said] for said, box in fields.items() if said in act.words
    }


def _accept(play: Play, act: Act) -> Typed:
    script = play.script
    return {"category_id": script.leaf.code, "level": script.level, "kind": script.kind}


def _direct(play: Play, act: Act) -> Typed:
    own = _as_said("platform", "direct_reason")(play, act)
    return {"category_id": play.script.leaf.code, **own}


def _team(play: Play, act: Act) -> Typed:
    words = act.words
    own = _as_said("opinion")(play, act)
    return {"org_id": play.orgs[words["org"]], "handler_id": play.people[words["handler"]], **own}


def _suspend(play: Play, act: Act) -> Typed:
    own = _as_said("suspend_reason", "reason")(play, act)
    return {**own, "resume_on": f"{act.words['until']:%Y-%m-%d}"}


def _grant_suspend(play: Play, act: Act) -> Typed:
    return {"until_on": f"{act.words['until']:%Y-%m-%d}", "opinion": act.words["opinion"]}


def _archive(play: Play, act: Act) -> Typed:
    return {"retention": act.words["retention"], "secrecy_confirmed": True}


def _several(play: Play, act: Act) -> Typed:
    words = act.words
    tasks = {f"assist_platforms-{code}": words["tasks"][code] for code in words["assist_platforms"]}
    own = _as_said("platform", "assist_platforms", "note")(play, act)
    return {**own, **tasks}


def _lead(play: Play, act: Act) -> Typed:
    words = act.words
    place = {"lead_org_id": play.orgs[words["org"]], "lead_person_id": play.people[words["person"]]}
    return {**place, "note": words["note"]}


def _finish(play: Play, act: Act) -> Typed:
    words = act.words
    own = _as_said("result", "content", moved_to="transfer_org")(play, act)
    if "moved_to" in words:
        own["transfer_no"] = f"板移〔{act.at.year}〕{play.script.number}号"
    agreed = dict(words.get("mediation") or {})
    if agreed:
        agreed["perform_by"] = f"{agreed['perform_by']:%Y-%m-%d}"
    return {**own, **agreed}


_TYPED: Mapping[str, Callable[[Play, Act], Typed]] = {
    "propose_reject": _as_said("reject_reason", "notice", "reason"),
    "reject": _as_said("reject_reason", "notice", "method", "reason"),
    "unmerge": _as_said("reason"),
    "request_multi_dispatch": _several,
    "refuse_multi_dispatch": _as_said("opinion"),
    "submit_to_joint_meeting": _as_said("agenda_title", "agenda_type", "dispute", "plan", "reason"),
    "apply_resolution": _as_said(),
    "dispatch_multi": _several,
    "redispatch": _as_said("platform", "reason"),
    "return_case": _as_said("return_reason", "suggestion", "reason"),
    "appoint_lead": _lead,
    "submit_cooperation": _as_said("reply"),
    "report": _as_said(),
    "direct_report": _direct,
    "accept": _accept,
    "dispatch": _as_said("platform", "note"),
    "sign_in": _team,
    "transfer": _team,
    "record_progress": _as_said("content"),
    "request_extension": _as_said("extension_wd", "work_done", "reason"),
    "approve_extension": _as_said("granted_wd", "opinion"),
    "request_suspend": _suspend,
    "approve_suspend": _grant_suspend,
    "finish": _finish,
    "verify": _as_said("opinion", method="verify_method"),
    "feedback": _as_said("method", "content", "receiver", "no_feedback"),
    "rate": _as_said("satisfaction", "method", "reference"),
    "archive": _archive,
}

BYSTANDERS: Mapping[str, str | Callable[[Play], str]] = {
    "reject": lambda play: play.doer("propose_reject"),
    "merge": lambda play: play.doer("draft"),
    "refuse_multi_dispatch": lambda play: play.doer("request_multi_dispatch"),
    "dispatch_multi": lambda play: play.doer("sign_in"),
    "appoint_lead": lambda play: play.doer("sign_in"),
    "submit_cooperation": lambda play: play.doer("finish"),
    "direct_report": "viewer",
    "accept": "viewer",
    "dispatch": "viewer",
    "sign_in": lambda play: play.doer("verify"),
    "transfer": lambda play: play.doer("verify"),
    "finish": lambda play: play.doer("verify"),
    "approve_extension": lambda play: play.doer("request_extension"),
    "approve_suspend": lambda play: play.doer("request_suspend"),
    "verify": lambda play: play.doer("finish"),
    "archive": lambda play: play.doer("finish"),
}
"""动作 → 看得见这件、却不该办这一步的人：没有这个角色的，或本轮经手要回避的."""

NOTICES: Mapping[str, str] = {
    "sign_in": "(已交办|直报到平台|多平台交办|改派过来)",
    "record_progress": "(转给您办理|已签收，由您承办)",
    "reject": "建议不予受理，报请批准",
    "refuse_multi_dispatch": "提请多平台协调，报请批准",
    "approve_extension": "申请延期，报请批准",
    "approve_suspend": "申请挂起，报请批准",
    "apply_resolution": "的联席会议决议已生效，请回写",
    "submit_cooperation": "的协办交给您办",
    "verify": "已办结报送",
}
"""动作 → 轮到他办之前，通知里该有的话."""

FOLLOWS: Mapping[str, tuple[str, Callable[[Play, Act], Typed], str]] = {
    "sign_in": (r"slips/\d+", _team, "签收协办条"),
    "mediation.record": (
        "mediation",
        lambda _play, act: {"content": act.words["content"], "performed": True},
        "记履行回访",
    ),
}
"""不改状态的几步：案件页上的去处、写什么、按哪个按钮."""
