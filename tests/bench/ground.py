"""种好的乡里有什么：类目、网格、机构、人，造案件时从中取."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select

from app.access.load import actor_of_user
from app.crypto import mark, seal, token
from app.db import session
from app.plan.demo_cast import cast_of
from app.plan.load import load
from models.platform import Category, Channel, PlatformOrg
from models.security import Account, User
from models.township import Grid, GridVillage, Org, Township, Village
from tests.bench import words

CITIZENS = 2000


@dataclass(frozen=True, slots=True)
class Who:
    """办事的人，连同日志里写的职务."""

    id: int
    org_id: int | None
    signed: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Desk:
    """承办的机构与其中一人."""

    org_id: int
    person: Who


@dataclass(frozen=True, slots=True)
class Ground:
    """造案件要用的全部编号与名字."""

    township: Any
    channels: tuple[str, ...]
    categories: tuple[Any, ...]
    grids: tuple[tuple[int, int, str], ...]
    clerks: tuple[Who, ...]
    keepers: dict[int, Who]
    operators: dict[str, Who]
    desks: dict[str, tuple[Desk, ...]]
    citizens: tuple[tuple[str, str, str, int], ...]


def survey(today: Any, rng: Random) -> Ground:
    """看一遍种好的乡."""
    cast, township = cast_of(load()), session.execute(select(Township)).scalar_one()
    people = _people(today)
    orgs = dict(session.execute(select(Org.code, Org.id)).all())
    grids = dict(session.execute(select(Grid.code, Grid.id)).all())
    operators = {code: people[logins[0]] for code, logins in cast.operators.items()}
    desks = {
        platform: tuple(
            Desk(orgs[code], people[logins[0]])
            for code, logins in cast.handlers.items()
            if code in forces or set(logins) & set(cast.operators[platform])
        )
        for platform, forces in _forces().items()
    }
    return Ground(
        township=SimpleNamespace(
            id=township.id, prefix=township.number_prefix, fonds=township.fonds_code
        ),
        channels=tuple(session.execute(select(Channel.code).where(Channel.is_enabled)).scalars()),
        categories=_categories(),
        grids=_places(),
        clerks=tuple(people[login] for login in cast.clerks),
        keepers={grids[code]: people[logins[0]] for code, logins in cast.keepers.items()},
        operators=operators,
        desks=desks,
        citizens=tuple(_citizen(rng) for _ in range(CITIZENS)),
    )


def _forces() -> dict[str, set[str]]:
    """各平台的力量机构（代码）."""
    found: dict[str, set[str]] = {}
    rows = session.execute(
        select(PlatformOrg.platform, Org.code).join(Org, PlatformOrg.org_id == Org.id)
    )
    for platform, code in rows:
        found.setdefault(platform, set()).add(code)
    return found


def _people(today: Any) -> dict[str, Who]:
    rows = session.execute(select(User.username, User.id).join(Account)).all()
    found = {}
    for login, key in rows:
        actor = actor_of_user(key, today)
        used = actor.main
        signed = {
            "actor_id": actor.person_id,
            "actor_name": actor.name,
            "actor_post": used.title if used else None,
            "actor_mode": used.mode if used else None,
            "actor_role": used.role if used else None,
            "actor_org": actor.org_name,
        }
        found[login] = Who(actor.person_id or 0, actor.org_id, signed)
    return found


def _categories() -> tuple[Any, ...]:
    rows = session.execute(
        select(
            Category.id, Category.platform, Category.level, Category.kind, Category.is_sensitive
        ).where(Category.parent_id.is_not(None), Category.platform.is_not(None))
    ).all()
    return tuple(rows)


def _places() -> tuple[tuple[int, int, str], ...]:
    rows = session.execute(
        select(GridVillage.grid_id, GridVillage.village_id, Village.name)
        .join(Village, Village.id == GridVillage.village_id)
        .where(GridVillage.valid_to.is_(None))
        .order_by(GridVillage.grid_id)
    ).all()
    return tuple(tuple(row) for row in rows)


def _citizen(rng: Random) -> tuple[str, str, str, int]:
    """一个来件人：密文姓名、密文电话、电话的指纹、尾号的短指纹."""
    phone = f"138{rng.randrange(10**8):08d}"
    return seal(words.person(rng)), seal(phone), mark(phone), token(phone[-4:])  # type: ignore[return-value]


__all__ = ["Desk", "Ground", "Who", "survey"]
