"""演示账号与演示案件：登录页与命令行要列出来."""

from __future__ import annotations

from datetime import date

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import and_, func, or_, select

from app.db import session
from models.case import Case
from models.people import Holding, Person
from models.security import Account, RoleProfile


def demo_accounts(day: date) -> list[tuple[str, str, str]]:
    """演示账号（demo accounts）：登录名、姓名、今日的角色（“、”隔开）；停用的不列."""
    held = and_(
        Holding.person_id == Account.person_id,
        Holding.valid_from <= day,
        or_(Holding.valid_to.is_(None), Holding.valid_to >= day),
    )
    rows = session.execute(
        select(User.username, Person.name, RoleProfile.name)
        .join(Account, Account.user_id == User.id)
        .join(Person, Person.id == Account.person_id)
        .outerjoin(Holding, held)
        .outerjoin(RoleProfile, RoleProfile.role_id == Holding.role_id)
        .where(Account.is_demo, User.active)
        .order_by(User.id, Holding.id)
    )
    found: dict[tuple[str, str], dict[str, None]] = {}
    for login, name, role in rows:
        found.setdefault((login, name), {}).update({role: None} if role else {})
    return [(login, name, "、".join(roles)) for (login, name), roles in found.items()]


def demo_cases(township_id: int) -> tuple[int, int]:
    """本乡案件的件数，与其中演示的件数."""
    row = session.execute(
        select(func.count(), func.count().filter(Case.is_demo)).where(
            Case.township_id == township_id
        )
    ).one()
    return row[0], row[1]
