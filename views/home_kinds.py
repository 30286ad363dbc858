"""工作台有哪几种、这个人落在哪一种：由任职的范围与授权定，不看角色的名字."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from app.access.actor import Actor, HoldingView

KINDS = ("clerk", "cockpit", "platform", "org", "field", "inspect", "stats", "config")
"""受理台、领导、平台、机构、网格与代办、监督、统计、配置."""

_BY_SCOPE: Mapping[str, str] = {
    "platform": "platform",
    "platform_or_lead": "cockpit",
    "org": "org",
    "grid_or_own": "field",
    "village_service": "field",
    "township_readonly": "inspect",
    "masked": "stats",
    "config": "config",
}


@dataclass(frozen=True, slots=True)
class Seat:
    """一种工作台与坐在那里的任职（seat）：``holdings`` 头一条是署名用的."""

    kind: str
    holdings: tuple[HoldingView, ...]

    @property
    def platforms(self) -> tuple[str, ...]:
        """任职的平台."""
        return tuple(dict.fromkeys(h.platform for h in self.holdings if h.platform))

    @property
    def orgs(self) -> tuple[int, ...]:
        """任职的机构."""
        return tuple(dict.fromkeys(h.org_id for h in self.holdings if h.org_id))

    @property
    def words(self) -> str:
        """以什么职务：没有写职务的用角色名."""
        return "、".join(dict.fromkeys(h.title for h in self.holdings))


def kind_of(holding: HoldingView, actor: Actor) -> str:
    """这条任职落在哪一种：全乡的，能批示的是领导，其余是受理台."""
    if holding.scope == "township":
        return "cockpit" if actor.granted(holding, "case", "instruct") else "clerk"
    return _BY_SCOPE.get(holding.scope, "clerk")


def seats_of(actor: Actor) -> list[Seat]:
    """这个人的各种工作台；默认的（在任先于代行、兼任、委托）在前."""
    main = actor.main
    ordered = sorted(actor.current, key=lambda h: h is not main)
    found: dict[str, list[HoldingView]] = {}
    for holding in ordered:
        found.setdefault(kind_of(holding, actor), []).append(holding)
    return [Seat(kind, tuple(holdings)) for kind, holdings in found.items()]


def seat_now(seats: list[Seat], wanted: str) -> Seat | None:
    """地址里写了哪一种就是哪一种；没写、写错的是默认的."""
    return next((one for one in seats if one.kind == wanted), seats[0] if seats else None)


def tabs_of(seats: list[Seat], now: Seat) -> list[dict[str, object]]:
    """几种工作台之间的页签；只有一种的不要."""
    if len(seats) < 2:
        return []
    return [
        {
            "label": _(f"desk.{one.kind}"),
            "url": url_for("HomeView.index", seat=one.kind),
            "on": one is now,
        }
        for one in seats
    ]
