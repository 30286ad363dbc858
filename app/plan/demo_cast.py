"""演示的班底：哪一步由哪个演示账号来做，全由计划里的任职推出."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from app.plan.model import Account, Plan, PlannedHolding

CLERK, DEPUTY, STATION, LEADER, KEEPER, AGENT = "B", "C2", "H", "E", "I", "J"
Held = tuple[Account, PlannedHolding]
Roster = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Cast:
    """班底（cast）：都是登录名；平台、机构、网格、村以代码为键.

    ``handlers`` 是能以这个机构的名义办结的人；``homes`` 是各平台操作员所在的机构。
    """

    clerks: tuple[str, ...]
    deputies: tuple[str, ...]
    operators: Roster
    chiefs: Roster
    handlers: Roster
    keepers: Roster
    agents: Roster
    visitors: Roster
    cadres: tuple[str, ...]
    homes: dict[str, str]
    names: dict[str, str]

    def desk(self, org: str | None, platform: str) -> str:
        """承办机构：建议的机构有人能办结就用它，没有的由平台操作员所在机构办."""
        return org if org in self.handlers else self.homes[platform]

    def duty(self, village: str) -> tuple[str, ...]:
        """驻村联村：本村的联村领导、驻村干部；没有的由其他班子成员、站所干部来走访."""
        return self.visitors.get(village) or self.cadres


def cast_of(plan: Plan) -> Cast:
    """由计划的演示账号排出班底；任职在方案起日之后才开始的不用（日期可能平移到它之前）."""
    since = plan.versions["demo_story"].valid_from
    held = [(a, h) for a in plan.accounts for h in a.holdings if h.valid_from <= since]
    orgs = {account.login: account.org for account in plan.accounts}
    operators = {p.code: _of_role(held, p.roles.operator) for p in plan.platforms}
    villagers = _by_place(held, "village", {LEADER, STATION})
    visiting = {login for logins in villagers.values() for login in logins}
    cadres = _of_role(held, LEADER) + _of_role(held, STATION)
    return Cast(
        clerks=_of_role(held, CLERK),
        deputies=_of_role(held, DEPUTY),
        operators=operators,
        chiefs={p.code: _of_role(held, p.roles.leader) for p in plan.platforms},
        handlers=_handlers(held, operators, orgs),
        keepers=_by_place(held, "grid", {KEEPER}),
        agents=_by_place(held, "village", {AGENT}),
        visitors=villagers,
        cadres=tuple(login for login in cadres if login not in visiting),
        homes={code: orgs[logins[0]] for code, logins in operators.items() if logins},
        names={account.login: account.name for account in plan.accounts},
    )


def _of_role(held: Iterable[Held], role: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(a.login for a, h in held if h.role == role))


def _gather(held: Iterable[Held], key: Callable[[Held], str | None]) -> Roster:
    found: dict[str, dict[str, None]] = {}
    for one in held:
        code = key(one)
        if code is not None:
            found.setdefault(code, {})[one[0].login] = None
    return {code: tuple(logins) for code, logins in found.items()}


def _by_place(held: Iterable[Held], kind: str, roles: set[str]) -> Roster:
    return _gather(held, lambda one: one[1].place if _sits(one[1], kind, roles) else None)


def _sits(holding: PlannedHolding, kind: str, roles: set[str]) -> bool:
    return holding.place_kind == kind and holding.role in roles


def _handlers(held: list[Held], operators: Roster, orgs: dict[str, str]) -> Roster:
    stations = _by_place(held, "org", {STATION})
    found: dict[str, tuple[str, ...]] = dict(stations)
    for logins in operators.values():
        for login in logins:
            found[orgs[login]] = (*found.get(orgs[login], ()), login)
    return found


__all__ = ["Cast", "cast_of"]
