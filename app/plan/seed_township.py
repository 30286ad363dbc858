"""计划 → 行：机构、村、网格、职务."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from app.plan.model import Org, Plan, Term, Village
from app.plan.seed_rows import Item, Ref
from app.services.pinyin import sort_key


def since(plan: Plan) -> date:
    """乡情各行的起日：township.yaml 的版本起日."""
    return plan.versions["township"].valid_from


def township_items(plan: Plan) -> Iterator[Item]:
    """机构、村、网格、职务，次序保证所指的在前."""
    yield from _orgs(plan)
    yield from _village_orgs(plan)
    yield from _villages(plan)
    yield from _grids(plan)
    yield from _posts(plan)


def _ref(kind: str, code: str | None) -> Ref | None:
    return None if code is None else Ref(kind, code)


def _org_item(plan: Plan, code: str, name: str, kind: str, parent: str | None) -> dict[str, object]:
    return {
        "code": code,
        "name": name,
        "short_name": None,
        "kind": kind,
        "parent_id": _ref("org", parent),
        "county_dept_id": None,
        "aliases": [],
        "division_code": None,
        "sort_key": sort_key(name),
        "clause": None,
        "note": None,
        "valid_from": since(plan),
        "valid_to": None,
    }


def _orgs(plan: Plan) -> Iterator[Item]:
    for org in parents_first(plan.orgs):
        values = _org_item(plan, org.code, org.zh, org.kind, org.parent) | {
            "short_name": org.alias[0] if org.alias else None,
            "county_dept_id": _ref("org", org.county_dept),
            "aliases": list(org.alias),
            "division_code": org.division_code,
            "clause": org.clause,
            "note": _org_note(org),
        }
        yield Item("org", org.code, values)


def parents_first(orgs: tuple[Org, ...]) -> Iterator[Org]:
    """上级与县级主管部门排在前面；其余照计划的次序."""
    waiting, done = list(orgs), set[str]()
    while waiting:
        ready = [o for o in waiting if {o.parent, o.county_dept} - {None} <= done]
        if not ready:
            # 装载时已查过没有环、所指都在；到不了这里
            raise ValueError(f"机构上下级成环：{'、'.join(o.code for o in waiting)}")
        yield from ready
        done |= {o.code for o in ready}
        waiting = [o for o in waiting if o.code not in done]


def _org_note(org: Org) -> str | None:
    later = org.later_name
    start = f"自 {later.valid_from} 起" if later and later.valid_from else "生效日由本乡核定"
    renamed = f"机构改革后名称：{later.zh}（{start}）" if later else None
    return "；".join(part for part in (org.note, renamed) if part) or None


def _village_orgs(plan: Plan) -> Iterator[Item]:
    """每村一个机构，其下四个村级点位."""
    for village in plan.villages:
        row = _org_item(plan, village.code, village.zh, "village", plan.township.code) | {
            "aliases": list(village.alias),
            "division_code": village.division_code,
            "valid_to": village.valid_to,
        }
        yield Item("org", village.code, row)
        for point in plan.village_points:
            code = f"{village.code}-{point.code}"
            name = point_name(village, point)
            row = _org_item(plan, code, name, "village_point", village.code)
            yield Item("org", code, row | {"clause": point.clause, "valid_to": village.valid_to})


def point_name(village: Village, point: Term) -> str:
    """点位的名称：板桥村村民委员会、板桥村治保会、板桥村便民服务中心."""
    tail = point.zh
    if not tail.startswith("村民"):
        tail = tail.removeprefix("村级").removeprefix("村")
    return f"{village.zh}{tail}"


def _villages(plan: Plan) -> Iterator[Item]:
    for village in plan.villages:
        values = {
            "code": village.code,
            "name": village.zh,
            "division_code": village.division_code,
            "aliases": list(village.alias),
            "org_id": Ref("org", village.code),
            "successor_id": _ref("village", village.successor),
            "valid_from": since(plan),
            "valid_to": village.valid_to,
        }
        yield Item("village", village.code, values)


def _grids(plan: Plan) -> Iterator[Item]:
    for number, grid in enumerate(plan.grids, start=1):
        row = {"code": grid.code, "name": grid.zh, "sort_no": number, **_dates(plan)}
        yield Item("grid", grid.code, row)
        place = {"grid_id": Ref("grid", grid.code), "village_id": Ref("village", grid.village)}
        yield Item("grid_village", grid.code, place | _dates(plan))


def _dates(plan: Plan) -> dict[str, date | None]:
    return {"valid_from": since(plan), "valid_to": None}


def _posts(plan: Plan) -> Iterator[Item]:
    for number, post in enumerate(plan.posts, start=1):
        values = {
            "code": post.code,
            "name": post.zh,
            "org_id": _ref("org", post.org),
            "seats": post.seats,
            "seats_per": post.seats_per,
            "role_code": post.role,
            "approves": list(post.approves),
            "clause": post.clause,
            "sort_no": number,
            **_dates(plan),
        }
        yield Item("post", post.code, values)
