"""账号：开、改口令、停用与恢复；停用不删除，署名保留；停用与改口令使别处的登录作废."""

from __future__ import annotations

from datetime import date, datetime

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from app.access.actor import Actor
from app.db import session
from app.domain.errors import Refused
from app.services import account_rules as rules
from app.services import passwords
from app.services.appointments import keeping_administrators
from app.services.config_touch import day_of
from app.services.pinyin import name_key
from models.people import Holding, Person
from models.security import Account, RoleProfile

EMAIL_HOST = "township.invalid"
FIRST_ROLE = "A"


def create_account(
    *,
    person_id: int,
    login: str,
    password: str,
    actor: Actor,
    now: datetime,
    must_change: bool = True,
) -> Account:
    """给一个人开账号（create account）；一人一个，第一次登录须改口令.

    登录名 3 至 32 位小写字母、数字、点、横线、下划线，字母开头；角色不在这里给，由任职给。
    Raises Refused('login_shape' | 'login_taken' | 'has_account' | 'password_…' | …)。
    """
    holding = rules.allow(actor)
    person = session.get(Person, person_id)
    if person is None or person.township_id != actor.township_id:
        raise Refused("not_found")
    if person.left_on is not None:
        raise Refused("already_left", day=person.left_on)
    if session.execute(select(Account.user_id).where(Account.person_id == person_id)).first():
        raise Refused("has_account", name=person.name)
    rules.check_login(login)
    passwords.check_shape(password)
    passwords.check_not_name(password, login, person.name)
    user = User(
        username=login,
        first_name=person.name,
        last_name="",
        email=f"{login}@{EMAIL_HOST}",
        active=True,
    )
    session.add(user)
    session.flush()
    account = Account(user_id=user.id, person_id=person.id, township_id=person.township_id)
    session.add(account)
    session.flush()
    passwords.write(account, password, now=now, must_change=must_change)
    rules.note(account, "create", actor=actor, now=now, holding=holding)
    return account


def set_password(
    account: Account, password: str, *, actor: Actor, now: datetime, must_change: bool = True
) -> None:
    """管理员给别人换口令，对方下次登录须改；锁着的随之解开。Raises Refused('password_…')."""
    holding = rules.allow(actor, account)
    _check(account, password)
    passwords.write(account, password, now=now, must_change=must_change)
    _unlock(account)
    rules.note(account, "password", actor=actor, now=now, holding=holding)


def change_own_password(
    account: Account, *, old: str, new: str, actor: Actor, now: datetime
) -> None:
    """本人改口令：先对旧的。Raises Refused('password_wrong' | 'password_…' | 'not_found')."""
    if account.user_id != actor.user_id:
        raise Refused("not_found")
    if not passwords.matches(account.user.password, old):
        raise Refused("password_wrong")
    _check(account, new)
    passwords.write(account, new, now=now, must_change=False)
    rules.note(account, "own_password", actor=actor, now=now, action="own_password")


def disable(account: Account, reason: str, *, actor: Actor, now: datetime) -> None:
    """停用账号：当即作废别处的登录。Raises Refused('reason_needed' | 'last_administrator' | …)."""
    holding = rules.allow(actor, account)
    _change_state(account, reason, is_active=False, now=now)
    changes = {"active": [True, False]}
    rules.note(
        account, "disable", actor=actor, now=now, reason=reason, holding=holding, changes=changes
    )


def enable(account: Account, reason: str, *, actor: Actor, now: datetime) -> None:
    """恢复停用的账号；已离开的人的不恢复。Raises Refused('already_left' | …)."""
    holding = rules.allow(actor, account)
    if account.person.left_on is not None:
        raise Refused("already_left", day=account.person.left_on)
    _change_state(account, reason, is_active=True, now=now)
    changes = {"active": [False, True]}
    rules.note(
        account, "enable", actor=actor, now=now, reason=reason, holding=holding, changes=changes
    )


def found_administrator(
    *, name: str, login: str, password: str, actor: Actor, now: datetime
) -> Account:
    """第一名系统管理员（first administrator）：人、账号、任职一次立好，只给命令行用.

    Raises Refused('not_granted'（不是系统身份）| 'login_…' | 'password_…')。
    """
    if not actor.is_system:
        raise Refused("not_granted", action="user.manage")
    if not name.strip():
        raise Refused("name_needed")
    person = Person(
        township_id=actor.township_id, name=name.strip(), sort_key=name_key(name.strip())
    )
    session.add(person)
    session.flush()
    account = create_account(
        person_id=person.id, login=login, password=password, actor=actor, now=now, must_change=False
    )
    role = session.execute(select(RoleProfile).where(RoleProfile.code == FIRST_ROLE)).scalar_one()
    session.add(
        Holding(
            township_id=actor.township_id,
            person_id=person.id,
            role_id=role.role_id,
            mode="在任",
            basis="初始设置",
            valid_from=_today(now),
        )
    )
    session.flush()
    return account


def _today(now: datetime) -> date:
    return day_of(now)


def _check(account: Account, password: str) -> None:
    passwords.check_shape(password)
    passwords.check_not_name(password, account.user.username, account.person.name)
    passwords.check_unused(account, password)


def _unlock(account: Account) -> None:
    account.failed_count, account.locked_until = 0, None
    session.flush()


def _change_state(account: Account, reason: str, *, is_active: bool, now: datetime) -> None:
    if not reason.strip():
        raise Refused("reason_needed")
    if account.user.active == is_active:
        raise Refused("already_so", name=account.person.name)
    with keeping_administrators(day_of(now)):
        account.user.active = is_active
        account.session_stamp = passwords.fresh_stamp()
