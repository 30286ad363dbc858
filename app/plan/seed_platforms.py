"""计划 → 行：平台、载体、议事机构、会议系列、渠道、类目、服务事项."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.plan.model import Body, ChannelField, Plan
from app.plan.seed_rows import Item, Ref
from app.plan.seed_township import since


def platform_items(plan: Plan) -> Iterator[Item]:
    """平台与所属机构、载体、议事机构与成员、会议系列、渠道、类目、服务事项."""
    yield from _platforms(plan)
    yield from _platform_orgs(plan)
    yield from _carriers(plan)
    yield from _bodies(plan)
    yield from _series(plan)
    yield from _channels(plan)
    yield from _level1(plan)
    yield from _leaves(plan)
    yield from _service_items(plan)


def _dates(plan: Plan) -> dict[str, Any]:
    return {"valid_from": since(plan), "valid_to": None}


def _platforms(plan: Plan) -> Iterator[Item]:
    for number, platform in enumerate(plan.platforms, start=1):
        values = {
            "code": platform.code,
            "name": platform.zh,
            "short_name": platform.short,
            "host_org_id": Ref("org", platform.host_org),
            "host_relation": platform.host_relation,
            "functions": list(platform.functions),
            "lines": list(platform.lines),
            "forces": list(platform.forces),
            "hue": platform.hue,
            "sort_no": number,
            "clause": platform.clause,
            **_dates(plan),
        }
        yield Item("platform", platform.code, values)


def _platform_orgs(plan: Plan) -> Iterator[Item]:
    for org in plan.orgs:
        for platform in org.all_platforms:
            values = {
                "platform": platform,
                "org_id": Ref("org", org.code),
                "is_main": platform == org.platform,
                **_dates(plan),
            }
            yield Item("platform_org", f"{platform}/{org.code}", values)


def _carriers(plan: Plan) -> Iterator[Item]:
    for carrier in plan.carriers:
        values = {
            "code": carrier.code,
            "name": carrier.zh,
            "platform": carrier.platform,
            "usage": carrier.use,
            "clause": carrier.clause,
        }
        yield Item("carrier", carrier.code, values)


def _bodies(plan: Plan) -> Iterator[Item]:
    # 上级（领导小组）没有上级，先种它们，工作组才指得到
    for number, body in enumerate(sorted(plan.bodies, key=lambda b: b.parent is not None), 1):
        extra = (body.extra_duty,) if body.extra_duty else ()
        values = {
            "code": body.code,
            "name": body.zh,
            "kind": body.kind,
            "parent_id": Ref("body", body.parent) if body.parent else None,
            "platform": body.platform,
            "secretariat_id": Ref("org", body.secretariat),
            "leader_title": body.leader_title,
            "cadence": body.cadence,
            "duties": [*body.duties, *extra],
            "clause": body.clause,
            "sort_no": number,
            **_dates(plan),
        }
        yield Item("body", body.code, values)
        yield from _members(plan, body)


def _members(plan: Plan, body: Body) -> Iterator[Item]:
    functions = [("LEADER", body.leader_post)]
    functions += [("DEPUTY", post) for post in body.deputy_posts]
    functions += [("MEMBER", post) for post in body.member_posts]
    for number, (function, post) in enumerate(functions, start=1):
        values = {
            "body_id": Ref("body", body.code),
            "post_id": Ref("post", post),
            "function": function,
            "sort_no": number,
            **_dates(plan),
        }
        yield Item("body_member", f"{body.code}/{post}", values)


def _series(plan: Plan) -> Iterator[Item]:
    for number, series in enumerate(plan.series, start=1):
        values = {
            "code": series.code,
            "name": series.zh,
            "body_id": Ref("body", series.body),
            "cadence": series.cadence,
            "secretariat_id": Ref("org", series.secretariat),
            "numbering": series.numbering,
            "quorum": series.quorum,
            "sections": list(series.sections),
            "agenda_types": list(series.agenda_types),
            "clause": series.clause,
            "sort_no": number,
        }
        yield Item("series", series.code, values)


def _channels(plan: Plan) -> Iterator[Item]:
    for number, channel in enumerate(plan.channels, start=1):
        values = {
            "code": channel.code,
            "name": channel.zh,
            "fields": [_field(field) for field in channel.fields],
            "is_enabled": channel.enabled,
            "sort_no": number,
            "clause": channel.clause,
        }
        yield Item("channel", channel.code, values)


def _field(field: ChannelField) -> dict[str, Any]:
    row: dict[str, Any] = {
        "code": field.code,
        "zh": field.zh,
        "type": field.type,
        "required": field.required,
    }
    if field.choices:
        row["choices"] = list(field.choices)
    if field.max is not None:
        row["max"] = field.max
    return row


def _level1(plan: Plan) -> Iterator[Item]:
    for top in plan.level1:
        values = {
            "code": top.code,
            "name": top.zh,
            "parent_id": None,
            "platform": top.platform,
            "clause": top.clause,
            **_dates(plan),
        }
        yield Item("category", top.code, values)


def _leaves(plan: Plan) -> Iterator[Item]:
    for leaf in plan.leaves:
        values = {
            "code": leaf.code,
            "name": leaf.zh,
            "parent_id": Ref("category", leaf.level1),
            "platform": leaf.platform,
            "assist_platforms": list(leaf.coop),
            "org_id": Ref("org", leaf.org),
            "is_sensitive": leaf.sensitive,
            "is_county": leaf.county,
            "needs_place": leaf.place,
            "needs_people": leaf.people,
            "level": leaf.level,
            "kind": leaf.kind,
            "dedup_days": leaf.dedup_days,
            "words": list(leaf.words),
            "clause": leaf.clause,
            **_dates(plan),
        }
        yield Item("category", leaf.code, values)


def _service_items(plan: Plan) -> Iterator[Item]:
    for item in plan.service_items:
        values = {
            "code": item.code,
            "name": item.zh,
            "service_type": item.type,
            "category_id": Ref("category", item.category),
            "days": item.days,
            "is_village": item.village,
            "final_org_id": Ref("org", item.final),
            **_dates(plan),
        }
        yield Item("service_item", item.code, values)
