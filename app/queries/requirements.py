"""必填与归档清单：哪几样还缺."""

from __future__ import annotations

from collections.abc import Mapping

from models.case import Case
from models.platform import Category, Channel

PLACE_KINDS = frozenset({"grid", "village", "org"})


def is_empty(value: object) -> bool:
    """没填：空值、空串、空列表；“否”与 0 都算填了."""
    if value is None:
        return True
    if isinstance(value, str):
        return not value.strip()
    return isinstance(value, (list, tuple, dict)) and not value


def _has_place(case: Case) -> bool:
    return bool(case.place.strip()) or case.grid_id is not None or case.village_id is not None


def _channel_value(case: Case, key: str) -> object:
    if key == "grid":
        return case.grid_id
    if key == "village":
        return case.village_id
    if key == "item":
        return case.service_item_id or case.channel_data.get(key)
    return case.channel_data.get(key)


def missing_fields(
    case: Case, channel: Channel | None, category: Category | None, inputs: Mapping[str, object]
) -> tuple[str, ...]:
    """还缺的必填项的键：公共项、渠道专属项（``channel.<键>``）、小类要求的地点与人数."""
    missing: list[str] = []
    if not case.title.strip():
        missing.append("title")
    if case.received_at is None:
        missing.append("received_at")
    if channel is None:
        return (*missing, "channel")
    missing += [
        f"channel.{field['code']}"
        for field in channel.fields
        if field.get("required") and is_empty(_channel_value(case, field["code"]))
    ]
    if category is None or category.needs_place:
        missing += [] if _has_place(case) else ["place"]
    if category is not None and category.needs_people:
        people = inputs.get("people_count") or case.people_count
        missing += [] if people else ["people_count"]
    return tuple(missing)


def missing_archive(
    *, assigned: bool, resulted: bool, checked: bool, fed_back: bool
) -> tuple[str, ...]:
    """归档清单还缺的：交办、办理结果、核查意见、反馈记录（登记表随案即有）."""
    needed = (
        ("assignment", assigned),
        ("result", resulted),
        ("check", checked),
        ("feedback", fed_back),
    )
    return tuple(name for name, there in needed if not there)
