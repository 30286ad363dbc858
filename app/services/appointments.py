"""任职：任命、续任、结束；授权只来自任职，所以职责分离与“至少一名管理员”在这里守."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from sqlalchemy import select

from app.access.actor import Actor, HoldingView
from app.access.decide import require
from app.access.separation import RoleKind, clash
from app.access.subject import Subject
from app.db import session
from app.domain.errors import Refused
from app.queries.administrators import administrators
from app.services import config_rows
from app.services.config_rows import Deed
from app.services.organisation import outright
from app.services.seats import free_seat, overlaps
from models.people import Holding, Person, Post
from models.security import RoleProfile

# 角色的数据范围可配的地（holding_rules.place）；没有地写 none
PLACES: dict[str, frozenset[str]] = {
    "config": frozenset({"none"}),
    "township": frozenset({"none", "body_id"}),
    "platform": frozenset({"platform"}),
    "platform_or_lead": frozenset({"platform", "village_id", "none"}),
    "org": frozenset({"org_id", "village_id"}),
    "grid_or_own": frozenset({"grid_id"}),
    "village_service": frozenset({"village_id"}),
    "township_readonly": frozenset({"none"}),
    "masked": frozenset({"none"}),
}
_COLUMNS = ("platform", "org_id", "grid_id", "village_id", "body_id")
_PER = {"grid": "grid_id", "village": "village_id"}
BY_HAND = ("在任", "代行", "兼任")


def appoint(
    *,
    person_id: int,
    role_code: str,
    valid_from: date,
    basis: str,
    actor: Actor,
    now: datetime,
    post_id: int | None = None,
    platform: str | None = None,
    org_id: int | None = None,
    grid_id: int | None = None,
    village_id: int | None = None,
    body_id: int | None = None,
    mode: str = "在任",
    valid_to: date | None = None,
) -> Holding:
    """任命（appoint）：人 × 角色 × 职务 × 地 × 方式 × 起止 × 依据；席位自己找，满了就拒绝.

    ``valid_to`` 空为不设止日，起止两日都算在内；委托由任职人本人另作（user.delegate），不走这里。
    Raises Refused('seat_taken' | 'wrong_place' | 'wrong_post' | 'separation' | 'basis_needed' | …).
    """
    row = Holding(
        township_id=actor.township_id,
        person_id=person_id,
        role_id=_role(role_code).role_id,
        post_id=post_id,
        platform=platform,
        org_id=org_id,
        grid_id=grid_id,
        village_id=village_id,
        body_id=body_id,
        mode=mode,
        basis=basis.strip(),
        valid_from=valid_from,
        valid_to=valid_to,
    )
    holding = _allow(actor)
    with session.no_autoflush:
        _check(row, actor)
        row.seat = free_seat(row)
    session.add(row)
    config_rows.write()
    deed = Deed("config", "post", "holding", "appoint", row.basis)
    config_rows.note(row, deed, {}, actor=actor, now=now, holding=holding)
    return row


def end_term(holding: Holding, last_day: date, reason: str, *, actor: Actor, now: datetime) -> None:
    """任职到某天为止（含）；最后一名管理员的不许。Raises Refused('last_administrator' | …)."""
    _allow(actor, holding)
    deed = Deed("config", "post", "holding", "end", reason)
    with keeping_administrators(last_day + timedelta(days=1)):
        config_rows.end(holding, deed, last_day, actor=actor, now=now)


def extend_term(
    holding: Holding, last_day: date | None, reason: str, *, actor: Actor, now: datetime
) -> None:
    """续任到某天（含），空为不设止日；席位与职责分离照新的日子再查。Raises Refused."""
    signed = _allow(actor, holding)
    config_rows.lock(holding)
    if holding.valid_to is None or (last_day is not None and last_day <= holding.valid_to):
        raise Refused("not_an_extension", day=holding.valid_to)
    before = config_rows.snapshot(holding)
    with session.no_autoflush:
        _check_person(holding)
        holding.valid_to = last_day
        _check_separation(holding)
    config_rows.write()
    deed = Deed("config", "post", "holding", "extend", reason)
    config_rows.note(holding, deed, before, actor=actor, now=now, holding=signed)


@contextmanager
def keeping_administrators(day: date) -> Iterator[None]:
    """做完之后，原来那一天有管理员的乡须仍有管理员，否则这一步作废。Raises Refused."""
    had = set(administrators(day))
    with session.begin_nested():
        yield
        session.flush()
        if had - set(administrators(day)):
            raise Refused("last_administrator")


def _allow(actor: Actor, row: Holding | None = None) -> HoldingView:
    if row is not None and row.township_id != actor.township_id:
        raise Refused("not_found")
    subject = Subject(kind="holding", township_id=actor.township_id)
    if actor.has_verb("config", "post") and not outright(actor).has_verb("config", "post"):
        raise Refused("draft_only", action="config.post")
    return require(outright(actor), "config", "post", subject)


def _role(code: str) -> RoleProfile:
    found = session.execute(select(RoleProfile).where(RoleProfile.code == code)).scalar()
    if found is None:
        raise Refused("no_role", role=code)
    return found


def _check(row: Holding, actor: Actor) -> None:
    if row.mode not in BY_HAND:
        raise Refused("delegate_yourself")
    if not row.basis:
        raise Refused("basis_needed")
    if row.valid_to is not None and row.valid_to < row.valid_from:
        raise Refused("end_before_start", day=row.valid_from)
    _check_person(row)
    _check_place(row)
    _check_post(row)
    _check_separation(row)


def _check_person(row: Holding) -> None:
    person = session.get(Person, row.person_id)
    if person is None or person.township_id != row.township_id:
        raise Refused("not_found")
    if person.left_on is not None:
        raise Refused("already_left", day=person.left_on)


def _places(row: Holding) -> list[str]:
    return [name for name in _COLUMNS if getattr(row, name) is not None] or ["none"]


def _check_place(row: Holding) -> None:
    """地至多一个，且须是这种角色可配的；只能任于某平台的角色，平台须是那一个."""
    role = session.get_one(RoleProfile, row.role_id)
    places = _places(row)
    if len(places) > 1 or places[0] not in PLACES.get(role.scope, frozenset()):
        raise Refused("wrong_place", role=role.name)
    if role.platform is not None and row.platform != role.platform:
        raise Refused("wrong_platform", role=role.name, platform=role.platform)


def _check_post(row: Holding) -> None:
    """职务须在本乡、还在用，带的就是这个角色；按网格、按村设的职务，地须是网格、村."""
    if row.post_id is None:
        return
    post = session.get(Post, row.post_id)
    if post is None or post.township_id != row.township_id:
        raise Refused("not_found")
    if post.valid_to is not None and (row.valid_to is None or row.valid_to > post.valid_to):
        raise Refused("post_ended", post=post.name, day=post.valid_to)
    role = session.get_one(RoleProfile, row.role_id)
    if post.role_code is not None and post.role_code != role.code:
        raise Refused("wrong_post", post=post.name, role=role.name)
    if post.seats_per is not None and _places(row) != [_PER[post.seats_per]]:
        raise Refused("wrong_place", role=post.name)


def _check_separation(row: Holding) -> None:
    """这段日子里，这个人身上的角色不得犯 SD4、SD5。"""
    new = session.get_one(RoleProfile, row.role_id)
    others = session.execute(
        select(RoleProfile)
        .join(Holding, Holding.role_id == RoleProfile.role_id)
        .where(Holding.person_id == row.person_id, Holding.id != (row.id or 0))
        .where(overlaps(row.valid_from, row.valid_to))
    ).scalars()
    for other in others:
        rule = clash(RoleKind(new.code, new.scope), RoleKind(other.code, other.scope))
        if rule is not None:
            raise Refused("separation", rule=rule, role=new.name, other=other.name)
