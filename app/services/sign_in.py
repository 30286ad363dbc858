"""登录：连错五次锁 15 分钟；忘了口令，管理员当面给一次性口令."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import delete, select, update

from app.access.actor import Actor, system_actor
from app.access.load import actor_of_person
from app.db import session
from app.domain.errors import Refused
from app.services import account_rules as rules
from app.services import passwords
from app.services.config_touch import day_of
from models.security import Account, ResetCode

MAX_FAILURES = 5
LOCK_MINUTES = 15
CODE_LENGTH = 8
CODE_MINUTES = 30
CODE_TRIES = 5
# 不用看着像的：0 O、1 I L、2 Z、5 S、8 B
ALPHABET = "ACDEFGHJKMNPQRTUVWXY34679"


@lru_cache(maxsize=1)
def _nobody() -> str:
    """登录名不存在时也照样算一次散列：快慢看不出有没有这个人."""
    return passwords.hashed("nobody here")


@dataclass(frozen=True, slots=True)
class LockState:
    """锁的情况：锁着没有、到什么时刻（UTC）、还能错几次."""

    is_locked: bool
    until: datetime | None
    left: int

    @property
    def minutes(self) -> int:
        """锁多少分钟（规则，不是还剩多少）."""
        return LOCK_MINUTES


_OPEN = LockState(is_locked=False, until=None, left=MAX_FAILURES)


def lock_state(login: str, *, now: datetime) -> LockState:
    """这个登录名现在锁着没有；没有这个账号的恒为没有锁."""
    account = rules.by_login(login)
    return _OPEN if account is None else _state(account, now)


def _state(account: Account, now: datetime) -> LockState:
    if account.is_locked(now):
        return LockState(is_locked=True, until=account.locked_until, left=0)
    # 锁过期之后从头数
    failed = 0 if account.locked_until is not None else account.failed_count
    return LockState(is_locked=False, until=None, left=MAX_FAILURES - failed)


def authenticate(login: str, password: str, *, now: datetime) -> Account | None:
    """核对登录名与口令；锁着、停用、没有这个人、口令不对都是 None，次数由调用者记.

    几种不成用时相近，答复也不区分，不让人试出哪些登录名存在。
    """
    account = rules.by_login(login)
    good = passwords.matches(account.user.password if account else _nobody(), password)
    if account is None or not good or not account.user.active:
        return None
    return None if account.is_locked(now) else account


def record_failure(login: str, *, now: datetime) -> LockState:
    """记一次登录不成；第五次起锁 15 分钟。没有这个账号的不记（由限速挡）."""
    account = rules.by_login(login, lock=True)
    if account is None:
        return _OPEN
    if account.is_locked(now):
        return _state(account, now)
    if account.locked_until is not None:
        account.failed_count, account.locked_until = 0, None
    account.failed_count += 1
    if account.failed_count >= MAX_FAILURES:
        account.locked_until = now + timedelta(minutes=LOCK_MINUTES)
    session.flush()
    deed = "locked" if account.locked_until is not None else "sign_in_failed"
    system = system_actor(account.township_id, day_of(now))
    rules.note(account, deed, actor=system, now=now, action="sign_in")
    return _state(account, now)


def record_success(account: Account, *, now: datetime) -> Actor:
    """记一次登录成功，错的次数清零；返回操作人。Raises Refused('locked')."""
    locked = rules.by_login(account.user.username, lock=True)
    if locked is None or locked.is_locked(now):
        raise Refused("locked", minutes=LOCK_MINUTES)
    account.failed_count, account.locked_until, account.last_seen_at = 0, None, now
    session.flush()
    actor = actor_of_person(account.person_id, day_of(now))
    rules.note(account, "sign_in", actor=actor, now=now, action="sign_in")
    return actor


def unlock(account: Account, *, actor: Actor, now: datetime) -> None:
    """管理员提前解开。Raises Refused('not_granted')."""
    holding = rules.allow(actor, account)
    account.failed_count, account.locked_until = 0, None
    session.flush()
    rules.note(account, "unlock", actor=actor, now=now, holding=holding)


def issue_reset_code(account: Account, *, actor: Actor, now: datetime) -> str:
    """发一次性口令（reset code）：8 位、30 分钟、用一次；原文只在这里返回一次，库里只有散列.

    先前发的作废。Raises Refused('not_granted' | 'account_disabled')。
    """
    holding = rules.allow(actor, account)
    if not account.user.active:
        raise Refused("account_disabled", name=account.person.name)
    if actor.person_id is None:
        raise Refused("not_granted", action="user.manage")
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    session.execute(
        delete(ResetCode).where(ResetCode.user_id == account.user_id, ResetCode.used_at.is_(None))
    )
    session.add(
        ResetCode(
            user_id=account.user_id,
            code_hash=passwords.hashed(code),
            issued_by_id=actor.person_id,
            issued_at=now,
            expires_at=now + timedelta(minutes=CODE_MINUTES),
        )
    )
    session.flush()
    rules.note(account, "reset_code", actor=actor, now=now, holding=holding)
    return code


def redeem_reset_code(*, login: str, code: str, password: str, now: datetime) -> Account | None:
    """凭一次性口令换新口令；成了返回账号，口令换好、锁解开、别处的登录作废.

    返回 None 是没有这个人、没有码、过期、试满 5 次或码不对（不区分），试的次数已记，
    调用者须提交。Raises Refused('password_…')（新口令不合规矩，码没有用掉）。
    """
    passwords.check_shape(password)
    account = rules.by_login(login, lock=True)
    row = _live_code(account, now) if account is not None else None
    if account is None or row is None:
        passwords.matches(_nobody(), code)
        return None
    if not passwords.matches(row.code_hash, _tidy(code)):
        # 次数由数据库加，两处同时试也不会少算
        counted = update(ResetCode).where(ResetCode.id == row.id)
        session.execute(counted.values(tries=ResetCode.tries + 1))
        system = system_actor(account.township_id, day_of(now))
        rules.note(account, "reset_failed", actor=system, now=now, action="sign_in")
        return None
    passwords.check_not_name(password, account.user.username, account.person.name)
    passwords.check_unused(account, password)
    row.used_at = now
    account.failed_count, account.locked_until = 0, None
    passwords.write(account, password, now=now, must_change=False)
    actor = actor_of_person(account.person_id, day_of(now))
    rules.note(account, "reset", actor=actor, now=now, action="own_password")
    return account


def _live_code(account: Account, now: datetime) -> ResetCode | None:
    if not account.user.active:
        return None
    return session.execute(
        select(ResetCode)
        .where(ResetCode.user_id == account.user_id, ResetCode.used_at.is_(None))
        .where(ResetCode.expires_at > now, ResetCode.tries < CODE_TRIES)
        .order_by(ResetCode.id.desc())
        .limit(1)
        .with_for_update()
    ).scalar()


def _tidy(code: str) -> str:
    """手抄的码：大小写、空格、横线都不计较."""
    return "".join(letter for letter in code.upper() if letter.isalnum())
