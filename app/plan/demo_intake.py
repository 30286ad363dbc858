"""演示的登记表：各渠道的专属字段填全，一件来件该有的都有."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from app.domain.weeks import Quarter
from app.plan.demo_script import Script
from app.plan.demo_stage import Stage
from app.services.case_intake import Intake
from app.services.case_record import Informant

CROWD = 5
"""集体访的人数."""
RECTIFY_WD = 10
COUNTY_WD = 9
Fields = dict[str, Any]


def intake_of(stage: Stage, script: Script, photos: list[int], now: datetime) -> Intake:
    """登记时填写的全部内容；``now`` 为登记时刻，来件、发生都在它之前."""
    caller = script.caller
    fields = _FIELDS[script.channel](stage, script, now)
    return Intake(
        channel=script.channel,
        title=script.title,
        body=script.body,
        received_at=now - timedelta(minutes=4),
        occurred_at=now - timedelta(hours=2 + script.number % 20),
        category_id=stage.id_of("category", script.leaf.code),
        service_item_id=stage.id_of("item", script.item),
        level=script.level,
        kind=script.kind,
        village_id=stage.id_of("village", script.village),
        grid_id=stage.id_of("grid", script.grid),
        point_village_id=_point(stage, script),
        place=script.place,
        people_count=script.people,
        county_due_at=_county_due(stage, now) if script.channel == "COUNTY" else None,
        channel_data=fields,
        informant=Informant(
            name=caller.name,
            phone=caller.phone,
            is_anonymous=caller.is_anonymous,
            is_confidential=caller.is_confidential,
        ),
        attachments=photos,
    )


def _point(stage: Stage, script: Script) -> int | None:
    return stage.id_of("village", script.village) if script.channel == "WINDOW" else None


def _county_due(stage: Stage, now: datetime) -> datetime:
    """县要求办结时刻：登记后第九个工作日下班."""
    calendar = stage.ruler.calendar
    return calendar.closing(calendar.add_working_days(calendar.local_day(now), COUNTY_WD))


def _grid(stage: Stage, script: Script, now: datetime) -> Fields:
    return {}


def _hotline(stage: Stage, script: Script, now: datetime) -> Fields:
    called = stage.ruler.local(now - timedelta(minutes=5)).replace(microsecond=0)
    return {
        "line": "12345",
        "call_time": called.isoformat(),
        "order_no": f"RX{called:%Y%m%d}{script.number:03d}",
        "reply_required": not script.caller.is_anonymous,
    }


def _petition(stage: Stage, script: Script, now: datetime) -> Fields:
    by_letter = script.number % 4 == 0 and not script.in_person
    people = script.people or 1
    fields: Fields = {
        "form": "来信" if by_letter else "来访",
        "people": people,
        "repeat": False,
        "group_visit": people >= CROWD,
        "demand": script.body,
    }
    if by_letter:
        fields["letter_date"] = (stage.ruler.local(now).date() - timedelta(days=3)).isoformat()
    return fields


def _visit(stage: Stage, script: Script, now: datetime) -> Fields:
    day = stage.ruler.local(now).date()
    return {
        "visit_date": day.isoformat(),
        "visitor": stage.cast.names.get(script.duty or "", ""),
        "visited": script.visited,
        "visit_form_no": f"LX-{day:%Y%m%d}-{script.number:02d}",
    }


def _inspect(stage: Stage, script: Script, now: datetime) -> Fields:
    calendar = stage.ruler.calendar
    day = calendar.local_day(now)
    quarter = Quarter.of(day)
    return {
        "batch": f"{quarter.year}年第{quarter.number}季度专项督查",
        "inspector_org": "县督查考评办公室",
        "notice_no": f"松督改〔{day.year}〕{script.number}号",
        "rectify_by": _rectify_by(stage, script, day).isoformat(),
        "inspected_org": stage.id_of("org", script.org),
    }


def _rectify_by(stage: Stage, script: Script, day: date) -> date:
    calendar = stage.ruler.calendar
    if script.rectify_by is None:
        return calendar.add_working_days(day, RECTIFY_WD)
    return calendar.local_day(stage.ruler.moved(script.rectify_by))


def _county(stage: Stage, script: Script, now: datetime) -> Fields:
    day = stage.ruler.local(now).date()
    return {
        "county_no": f"XT{day:%Y%m%d}{script.number:04d}",
        "from_org": "县统一政务咨询投诉举报平台",
        "county_due": stage.ruler.local(_county_due(stage, now)).isoformat(),
        "reply_form": "书面",
    }


def _patrol(stage: Stage, script: Script, now: datetime) -> Fields:
    day = stage.ruler.local(now).date()
    homes = {account.login: account.org for account in stage.plan.accounts}
    team = homes.get(script.acts[0].who)
    return {
        "patrol_no": f"XC-{day:%Y%m%d}-{script.number:02d}",
        "team": next((org.zh for org in stage.plan.orgs if org.code == team), "执法巡查队"),
    }


def _meeting(stage: Stage, script: Script, now: datetime) -> Fields:
    return {"resolution_no": stage.resolution_for(script.platform)}


def _window(stage: Stage, script: Script, now: datetime) -> Fields:
    return {
        "item": stage.id_of("item", script.item),
        "point": stage.id_of("village", script.village),
        "materials": "身份证、户口本复印件；本人签字的申请表；相关凭证原件核对后退还。",
    }


_FIELDS: Mapping[str, Callable[[Stage, Script, datetime], Fields]] = {
    "GRID": _grid,
    "HOTLINE": _hotline,
    "PETITION": _petition,
    "VILLAGE_DUTY": _visit,
    "INSPECT": _inspect,
    "COUNTY": _county,
    "PATROL": _patrol,
    "MEETING": _meeting,
    "WINDOW": _window,
}
