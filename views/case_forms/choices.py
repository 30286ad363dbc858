"""表单里的选项：小类、村格、机构、承办人；按名称缓存与今日班底给出，不另查库."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _

from app.access.actor import Actor
from app.domain.case_states import Kind, Level
from app.queries.names import CategoryName
from views.case_common import names, office, platform_words
from views.case_forms.base import Option

LEADERS = frozenset({"D", "C1", "C2", "E", "G1", "G2", "G3", "G4"})
"""班子成员的角色：书记、综合协调组、分管领导、平台协调组组长."""
Groups = dict[str, list[tuple[str, str]]]


def category_groups(*, pending: str = "") -> Groups:
    """小类按平台分组；``pending`` 给出时头上有一个“待定”."""
    grouped: Groups = {one.name: [] for one in names().platforms.values()}
    for one in leaves():
        found = names().platform(one.platform)
        grouped[found.name if found else one.platform].append(
            (str(one.id), f"{one.code} {one.name}")
        )
    head = {"": [("", pending)]} if pending else {}
    return {**head, **grouped}


def leaves() -> list[CategoryName]:
    """在用的小类，依代码."""
    return [one for one in names().categories.values() if one.parent_id and one.in_force]


def levels() -> list[Option]:
    """等级."""
    return [(level.value, _(f"level.{level.value}"), {}) for level in Level]


def kinds() -> list[Option]:
    """件别."""
    return [(kind.value, _(f"kind.{kind.value}"), {}) for kind in Kind]


def villages() -> list[Option]:
    """行政村."""
    return [(str(key), name, {}) for key, name in names().villages.items()]


def grids() -> list[Option]:
    """网格，随村联动."""
    of = names().grid_village
    return [
        (str(key), name, {"data-parent": str(of.get(key, ""))})
        for key, name in names().grids.items()
    ]


def orgs_by_platform(codes: Iterable[str]) -> Groups:
    """各平台的机构，按平台分组."""
    found: Groups = {}
    for code in codes:
        orgs = office().orgs_of.get(code, ())
        if orgs:
            found[platform_words(code)] = [(str(org), names().org(org)) for org in orgs]
    return found


def org_options(orgs: Iterable[int]) -> list[Option]:
    """几个机构."""
    return [(str(org), names().org(org), {}) for org in orgs]


def all_orgs() -> list[Option]:
    """全部机构."""
    return org_options(names().orgs)


def handler_options(orgs: Iterable[int]) -> list[Option]:
    """几个机构的人，随机构联动."""
    return [
        (str(person), f"{names().person(person)} · {names().org(org)}", {"data-parent": str(org)})
        for org in orgs
        for person in office().people_of.get(org, ())
    ]


def lead_options(orgs: Iterable[int]) -> list[Option]:
    """谁可以牵头：班子成员在前，写职务；再是几个机构的人."""
    leaders = [
        (str(one.person_id), " · ".join(part for part in (one.name, _post_of(one)) if part), {})
        for one in office().holders
        if one.roles & LEADERS
    ]
    seen = {key for key, *_rest in leaders}
    return leaders + [
        (k, words, {}) for k, words, _parent in handler_options(orgs) if k not in seen
    ]


def _post_of(leader: Actor) -> str:
    return next((v.post_name for v in leader.current if v.role in LEADERS and v.post_name), "")


def platforms() -> list[tuple[str, str]]:
    """在用的平台，依次序."""
    return [(one.code, one.short) for one in names().platforms.values() if one.in_force]
