"""演示的发牌：每件用哪一景、什么等级渠道、走到哪个状态、在哪个月，合起来正好是计划的件数."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import TypeVar

from app.plan.demo_routes import ROUTES, Route, variants
from app.plan.demo_texts import Scene, Texts
from app.plan.model import DemoVolumes, Leaf, Plan

LEVELS = ("重大", "较大", "一般")
REJECTED, CANCELLED, ARCHIVED, PROCESSING = "REJECTED", "CANCELLED", "ARCHIVED", "PROCESSING"
EVENT, COMPLAINT, COUNTY_TASK = "EVENT", "COMPLAINT", "COUNTY_TASK"
UPRIGHT = ("INSPECT", "COUNTY", "PATROL", "MEETING")
"""内部来件：不会缺材料."""
TRIES = 60
T = TypeVar("T")


class DealFault(ValueError):  # noqa: N818
    """计划的件数与演示文字凑不拢：说出差在哪一项."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """一件的牌（deal）：``month`` 只有已终结的件有，如 ``2017-05``."""

    scene: Scene
    leaf: Leaf
    level: str
    kind: str
    channel: str = ""
    state: str = ""
    variant: str = ""
    month: str | None = None

    @property
    def route(self) -> Route:
        """走法."""
        return ROUTES[self.state][self.variant]


def deal(plan: Plan, texts: Texts, rng: Random) -> tuple[list[Deal], list[Scene]]:
    """发牌：六十件的牌，与留给草稿的景。Raises DealFault."""
    if plan.demo is None:
        raise DealFault("计划里没有 demo 一节")
    volumes = plan.demo.volumes
    leaves = {leaf.code: leaf for leaf in plan.leaves}
    for _ in range(TRIES):
        scenes, left = _scenes(volumes, texts, leaves, rng)
        cases = _levelled(scenes, volumes, leaves)
        channels = _match(cases, _slots(volumes.by_channel), _suits_channel, rng)
        if channels is not None:
            break
    else:
        raise DealFault("渠道的件数与各景适合的渠道凑不拢")
    cases = [_by(case, channel) for case, channel in zip(cases, channels, strict=True)]
    fates = _match(cases, _fates(volumes), _suits_fate, rng)
    if fates is None:
        raise DealFault("状态的件数与各件的等级、渠道凑不拢")
    cases = [replace(c, state=s, variant=v) for c, (s, v) in zip(cases, fates, strict=True)]
    return _dated(cases, volumes, rng), left[: volumes.drafts]


def _slots(counts: Mapping[str, int]) -> list[str]:
    return [code for code, count in counts.items() for _ in range(count)]


def _fates(volumes: DemoVolumes) -> list[tuple[str, str]]:
    return [
        (state, variant)
        for state, count in volumes.by_state.items()
        for variant in variants(state, count)
    ]


def _scenes(
    volumes: DemoVolumes, texts: Texts, leaves: Mapping[str, Leaf], rng: Random
) -> tuple[list[Scene], list[Scene]]:
    """挑景：不予受理的另有其景，重的先挑，其余按平台随机补足."""
    refused = list(texts.rejects)
    rng.shuffle(refused)
    chosen = refused[: volumes.by_state.get(REJECTED, 0)]
    ordinary = [s for s in texts.scenes if _level(s, leaves) == LEVELS[-1]]
    rng.shuffle(ordinary)
    pool = [s for s in texts.scenes if _level(s, leaves) != LEVELS[-1]] + ordinary
    left = []
    room = dict(volumes.by_platform)
    for scene in chosen:
        room[leaves[scene.category].platform] -= 1
    for scene in pool:
        platform = leaves[scene.category].platform
        if room.get(platform, 0) > 0:
            room[platform] -= 1
            chosen.append(scene)
        else:
            left.append(scene)
    short = {code: count for code, count in room.items() if count != 0}
    if short:
        raise DealFault(f"演示文字不够，各平台还差：{short}")
    return chosen, left


def _level(scene: Scene, leaves: Mapping[str, Leaf]) -> str:
    return scene.level or leaves[scene.category].level


def _levelled(scenes: list[Scene], volumes: DemoVolumes, leaves: Mapping[str, Leaf]) -> list[Deal]:
    """定等级：照各景的等级从重到轻排，正好合计划的件数；不予受理的都是一般."""

    def weight(scene: Scene) -> tuple[bool, int]:
        return scene.reject is not None, LEVELS.index(_level(scene, leaves))

    ordered = sorted(scenes, key=weight)
    levels = [level for level in LEVELS for _ in range(volumes.by_level.get(level, 0))]
    return [
        Deal(
            scene=scene,
            leaf=leaves[scene.category],
            level=level,
            kind=leaves[scene.category].kind,
        )
        for scene, level in zip(ordered, levels, strict=True)
    ]


def _by(case: Deal, channel: str) -> Deal:
    kind = COUNTY_TASK if channel == "COUNTY" else case.kind
    return replace(case, channel=channel, kind=kind)


def _suits_channel(case: Deal, channel: str) -> bool:
    return channel in case.scene.channels


def _suits_fate(case: Deal, fate: tuple[str, str]) -> bool:
    """这件走不走得成这条路：渠道、等级、件别各有各的讲究，都合才行."""
    state, variant = fate
    route = ROUTES[state][variant]
    if (case.scene.reject is not None) != (state == REJECTED):
        return False
    return (
        _by_channel(case, route, state, variant)
        and _by_level(case, route, state)
        and _by_kind(case, route, state)
    )


def _by_channel(case: Deal, route: Route, state: str, variant: str) -> bool:
    """会议交办的要在例会之后，取最近的；县级交办的都已办结；内部来件不会缺材料."""
    if case.channel == "MEETING":
        return (state, variant) == (PROCESSING, "fresh")
    if case.channel == "COUNTY":
        return state == ARCHIVED and "request_supplement" not in route.actions
    return case.channel not in UPRIGHT or "request_supplement" not in route.actions


def _by_level(case: Deal, route: Route, state: str) -> bool:
    """较大、重大的只走平顺的路，重大的都已归档；久拖的只有一般件，景也要拖得起."""
    if case.level == LEVELS[0]:
        return route.plain and state == ARCHIVED
    if case.level != LEVELS[-1]:
        return route.plain
    return not route.ordinary or (case.kind == EVENT and case.scene.lasting)


def _by_kind(case: Deal, route: Route, state: str) -> bool:
    """投诉与县级交办的一经上报，登记人不得撤."""
    return state != CANCELLED or case.kind not in (COMPLAINT, COUNTY_TASK)


def _match(
    cases: Sequence[Deal], slots: Sequence[T], suits: Callable[[Deal, T], bool], rng: Random
) -> list[T] | None:
    """一件一格地配上（增广路）；配不全为空."""
    order = list(range(len(slots)))
    rng.shuffle(order)
    taken: dict[int, int] = {}

    def seat(case: int, seen: set[int]) -> bool:
        for slot in order:
            if slot in seen or not suits(cases[case], slots[slot]):
                continue
            seen.add(slot)
            if slot not in taken or seat(taken[slot], seen):
                taken[slot] = case
                return True
        return False

    if len(cases) != len(slots) or not all(seat(case, set()) for case in range(len(cases))):
        return None
    by_case = {case: slots[slot] for slot, case in taken.items()}
    return [by_case[case] for case in range(len(cases))]


def _dated(cases: list[Deal], volumes: DemoVolumes, rng: Random) -> list[Deal]:
    """定月份：在办的都在最后一个月，已终结的补足各月；久拖的先排."""
    months = sorted(volumes.by_month)
    waiting = sum(case.route.anchor is not None for case in cases)
    room = {**volumes.by_month, months[-1]: volumes.by_month[months[-1]] - waiting}
    if room[months[-1]] < 0:
        raise DealFault(f"{months[-1]} 的件数少于在办的 {waiting} 件")
    slots = [month for month in months for _ in range(room[month])]
    rng.shuffle(slots)
    # 久拖的从登记到归档要一个月，排在有余地的月份
    slots.sort(key=lambda month: month == months[-1])
    closed = [i for i, case in enumerate(cases) if case.route.anchor is None]
    rng.shuffle(closed)
    closed.sort(key=lambda i: not cases[i].route.ordinary)
    dates = dict(zip(closed, slots, strict=True))
    return [replace(case, month=dates.get(i)) for i, case in enumerate(cases)]
