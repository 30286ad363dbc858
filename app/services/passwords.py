"""口令：合不合规矩、散列、用过没有；别处一律不碰口令原文."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import delete, select
from werkzeug.security import check_password_hash, generate_password_hash

from app.db import session
from app.domain.errors import Refused
from models.security import Account, PasswordHistory

MIN_LENGTH = 10
MAX_LENGTH = 128  # 散列的功夫随长度涨，不收没完没了的口令
MIN_CLASSES = 2
KEPT = 5


def hashed(password: str) -> str:
    """口令的散列（scrypt，含盐）."""
    return generate_password_hash(password)


def matches(hash_: str | None, password: str) -> bool:
    """口令对不对；没有散列的账号谁也进不去."""
    if not hash_:
        return False
    return len(password) <= MAX_LENGTH and check_password_hash(hash_, password)


def fresh_stamp() -> str:
    """新的会话印记；与浏览器里的不同，那边就得重新登录."""
    return secrets.token_hex(16)


def check_shape(password: str) -> None:
    """口令的样子：至少 10 位，含两类字符。Raises Refused('password_short' | 'password_long' |
    'password_plain')."""
    if len(password) < MIN_LENGTH:
        raise Refused("password_short", least=MIN_LENGTH)
    if len(password) > MAX_LENGTH:
        raise Refused("password_long", most=MAX_LENGTH)
    if _classes(password) < MIN_CLASSES:
        raise Refused("password_plain")


def check_not_name(password: str, *names: str) -> None:
    """口令里不得有登录名、姓名。Raises Refused('password_is_name')."""
    if any(name and name.casefold() in password.casefold() for name in names):
        raise Refused("password_is_name")


def _classes(password: str) -> int:
    kinds = (str.islower, str.isupper, str.isdigit)
    found = {next((n for n, test in enumerate(kinds) if test(c)), 9) for c in password}
    return len(found)


def check_unused(account: Account, password: str) -> None:
    """不得与现在的或最近 5 次的口令相同。Raises Refused('password_reused')."""
    recent = session.execute(
        select(PasswordHistory.password)
        .where(PasswordHistory.user_id == account.user_id)
        .order_by(PasswordHistory.id.desc())
        .limit(KEPT)
    ).scalars()
    used = {account.user.password, *recent} - {None}
    if any(matches(old, password) for old in used):
        raise Refused("password_reused", times=KEPT)


def write(account: Account, password: str, *, now: datetime, must_change: bool) -> None:
    """换上新口令，记入历史（只留最近 5 次），旧会话作废."""
    account.user.password = hashed(password)
    account.password_changed_at = now
    account.must_change_password = must_change
    account.session_stamp = fresh_stamp()
    session.add(
        PasswordHistory(user_id=account.user_id, password=account.user.password, set_at=now)
    )
    session.flush()
    kept = (
        select(PasswordHistory.id)
        .where(PasswordHistory.user_id == account.user_id)
        .order_by(PasswordHistory.id.desc())
        .limit(KEPT)
    )
    session.execute(
        delete(PasswordHistory).where(
            PasswordHistory.user_id == account.user_id, PasswordHistory.id.not_in(kept)
        )
    )
