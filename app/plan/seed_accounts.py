"""计划 → 行：演示账号的人、账号、任职、网格员；全部虚构."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from app.db import session
from app.plan.model import Account as PlannedAccount
from app.plan.model import Plan, PlannedHolding
from app.plan.seed_rows import Planter
from app.services.passwords import fresh_stamp, hashed
from app.services.pinyin import name_key
from app.services.seats import free_seat
from models.people import GridMember, Holding, Person
from models.security import Account, RoleProfile

HEAD_POST = "P-WGZ"
EMAIL_HOST = "demo.invalid"


def plant_accounts(planter: Planter, plan: Plan, *, password: str, now: datetime) -> None:
    """演示账号（demo accounts）：口令都是同一个公开的，所以散列只算一次."""
    secret = ""
    for planned in plan.accounts:
        if not planter.is_new("account", planned.login):
            continue
        secret = secret or hashed(password)
        added = _add(planter, planned, secret, now)
        content = [planned.name, planned.org, [holding_values(h) for h in planned.holdings]]
        planter.settle("account", planned.login, content, added=added)
    session.flush()


def holding_values(holding: PlannedHolding) -> dict[str, Any]:
    """任职的内容，用来算指纹."""
    return {name: getattr(holding, name) for name in holding.__slots__}


def _add(planter: Planter, planned: PlannedAccount, secret: str, now: datetime) -> bool:
    taken = select(User.id).where(User.username == planned.login)
    if session.execute(taken).first() is not None:
        return False
    person = Person(
        township_id=planter.township_id,
        name=planned.name,
        sort_key=name_key(planned.name),
        org_id=planter.ids("org")[planned.org],
    )
    user = User(
        username=planned.login,
        first_name=planned.name,
        last_name="",
        email=f"{planned.login}@{EMAIL_HOST}",
        password=secret,
        active=True,
    )
    session.add_all([person, user])
    session.flush()
    session.add(
        Account(
            user_id=user.id,
            person_id=person.id,
            township_id=planter.township_id,
            must_change_password=False,
            is_demo=True,
            password_changed_at=now,
            session_stamp=fresh_stamp(),
        )
    )
    for holding in planned.holdings:
        _hold(planter, person, holding)
    _enlist(planter, person, planned)
    return True


def _hold(planter: Planter, person: Person, planned: PlannedHolding) -> None:
    role_id = session.execute(
        select(RoleProfile.role_id).where(RoleProfile.code == planned.role)
    ).scalar_one()
    row = Holding(
        township_id=planter.township_id,
        person_id=person.id,
        role_id=role_id,
        post_id=planter.ids("post")[planned.post] if planned.post else None,
        mode=planned.mode,
        basis=planned.basis,
        valid_from=planned.valid_from,
        valid_to=planned.valid_to,
        **_place(planter, planned),
    )
    row.seat = free_seat(row)
    session.add(row)
    session.flush()


def _place(planter: Planter, planned: PlannedHolding) -> dict[str, Any]:
    kind, code = planned.place_kind, planned.place
    if kind == "none" or code is None:
        return {}
    if kind == "platform":
        return {"platform": code}
    return {f"{kind}_id": planter.ids(kind)[code]}


def _enlist(planter: Planter, person: Person, planned: PlannedAccount) -> None:
    """有专兼职、力量来源的是网格员；头一个网格为主责，持网格长职务的为负责人."""
    if planned.engagement is None or planned.source is None:
        return
    places = [h for h in planned.holdings if h.place_kind == "grid" and h.place]
    for number, holding in enumerate(places):
        session.add(
            GridMember(
                township_id=planter.township_id,
                person_id=person.id,
                grid_id=planter.ids("grid")[holding.place or ""],
                is_main=number == 0,
                is_head=holding.post == HEAD_POST,
                engagement=planned.engagement,
                source=planned.source,
                valid_from=holding.valid_from,
                valid_to=holding.valid_to,
            )
        )
