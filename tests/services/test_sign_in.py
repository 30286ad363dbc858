"""登录：连错五次锁住，一次性口令用一次；不让人试出哪些登录名存在."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from app.access.actor import Actor
from app.domain.errors import Refused
from app.services import sign_in
from app.services.passwords import matches
from models.security import Account, ResetCode
from tests.conftest import NOW, PASSWORD

pytestmark = pytest.mark.usefixtures("db_session")
ActorOf = Callable[..., Actor]
GOOD = "Meadow-Path-41"


@pytest.fixture
def account(db_session: Any) -> Account:
    """受理员的账号."""
    return db_session.execute(
        select(Account).join(User, User.id == Account.user_id).where(User.username == "clerk")
    ).scalar_one()


def refusal(call: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.code


def test_five_failures_lock_for_fifteen_minutes(account: Account) -> None:
    for left in (4, 3, 2, 1):
        state = sign_in.record_failure("clerk", now=NOW)
        assert (state.is_locked, state.left) == (False, left)
    state = sign_in.record_failure("clerk", now=NOW)
    assert (state.is_locked, state.until) == (True, NOW + timedelta(minutes=15))
    assert sign_in.authenticate("clerk", PASSWORD, now=NOW + timedelta(minutes=14)) is None
    assert sign_in.lock_state("clerk", now=NOW + timedelta(minutes=14)).is_locked
    assert refusal(lambda: sign_in.record_success(account, now=NOW)) == "locked"


def test_the_lock_opens_by_itself_and_counting_starts_anew(account: Account) -> None:
    for _ in range(5):
        sign_in.record_failure("clerk", now=NOW)
    later = NOW + timedelta(minutes=15)
    assert sign_in.lock_state("clerk", now=later).left == 5
    assert sign_in.record_failure("clerk", now=later).left == 4
    assert sign_in.authenticate("clerk", PASSWORD, now=later) is account
    actor = sign_in.record_success(account, now=later)
    assert actor.person_id == account.person_id
    assert (account.failed_count, account.locked_until) == (0, None)


def test_failures_while_locked_do_not_prolong_the_lock(account: Account) -> None:
    for minute in range(9):
        state = sign_in.record_failure("clerk", now=NOW + timedelta(minutes=minute))
    assert state.until == NOW + timedelta(minutes=4 + 15)
    assert account.failed_count == 5


def test_an_unknown_login_looks_like_any_other(township_id: int) -> None:
    assert sign_in.authenticate("nobody", PASSWORD, now=NOW) is None
    state = sign_in.record_failure("nobody", now=NOW)
    assert (state.is_locked, state.left) == (False, 5)
    assert sign_in.redeem_reset_code(login="nobody", code="AAAA", password=GOOD, now=NOW) is None


def test_an_administrator_unlocks(account: Account, actor: ActorOf) -> None:
    for _ in range(5):
        sign_in.record_failure("clerk", now=NOW)
    sign_in.unlock(account, actor=actor("admin"), now=NOW)
    assert sign_in.authenticate("clerk", PASSWORD, now=NOW) is account


def test_a_reset_code_works_once(account: Account, actor: ActorOf) -> None:
    code = sign_in.issue_reset_code(account, actor=actor("admin"), now=NOW)
    assert len(code) == 8
    assert not set(code) & set("01IOLSZB258")
    soon, typed = NOW + timedelta(minutes=29), f" {code[:4].lower()}-{code[4:]}"
    stamp = account.session_stamp
    assert sign_in.redeem_reset_code(login="clerk", code=typed, password=GOOD, now=soon) is account
    assert matches(account.user.password, GOOD)
    assert account.session_stamp != stamp
    assert (
        sign_in.redeem_reset_code(login="clerk", code=code, password=f"{GOOD}!", now=soon) is None
    )


def test_a_reset_code_dies_after_thirty_minutes(account: Account, actor: ActorOf) -> None:
    code = sign_in.issue_reset_code(account, actor=actor("admin"), now=NOW)
    late = NOW + timedelta(minutes=30)
    assert sign_in.redeem_reset_code(login="clerk", code=code, password=GOOD, now=late) is None


def test_a_reset_code_dies_after_five_tries(
    db_session: Any, account: Account, actor: ActorOf
) -> None:
    code = sign_in.issue_reset_code(account, actor=actor("admin"), now=NOW)
    for _ in range(5):
        wrong = sign_in.redeem_reset_code(login="clerk", code="WRONG", password=GOOD, now=NOW)
        assert wrong is None
    db_session.expire_all()
    assert db_session.execute(select(ResetCode.tries)).scalar_one() == 5
    assert sign_in.redeem_reset_code(login="clerk", code=code, password=GOOD, now=NOW) is None


def test_a_bad_new_password_does_not_spend_the_code(account: Account, actor: ActorOf) -> None:
    code = sign_in.issue_reset_code(account, actor=actor("admin"), now=NOW)

    def redeem(password: str) -> Account | None:
        return sign_in.redeem_reset_code(login="clerk", code=code, password=password, now=NOW)

    assert refusal(lambda: redeem("short")) == "password_short"
    assert refusal(lambda: redeem(PASSWORD)) == "password_reused"
    assert redeem(GOOD) is account


def test_a_new_code_replaces_the_old_one(account: Account, actor: ActorOf) -> None:
    old = sign_in.issue_reset_code(account, actor=actor("admin"), now=NOW)
    new = sign_in.issue_reset_code(account, actor=actor("admin"), now=NOW)
    assert sign_in.redeem_reset_code(login="clerk", code=old, password=GOOD, now=NOW) is None
    assert sign_in.redeem_reset_code(login="clerk", code=new, password=GOOD, now=NOW) is account


def test_a_code_opens_a_locked_account(account: Account, actor: ActorOf) -> None:
    for _ in range(5):
        sign_in.record_failure("clerk", now=NOW)
    code = sign_in.issue_reset_code(account, actor=actor("admin"), now=NOW)
    assert sign_in.redeem_reset_code(login="clerk", code=code, password=GOOD, now=NOW) is account
    assert sign_in.authenticate("clerk", GOOD, now=NOW) is account
