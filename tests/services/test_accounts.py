"""账号：开、口令规矩、停用、第一名管理员；口令从不进日志."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from app.access.actor import Actor, system_actor
from app.access.load import actor_of_user
from app.domain.errors import Refused
from app.queries.administrators import administrators
from app.services import accounts, journal, sign_in
from models.journal import Journal
from models.people import Person
from models.security import Account, PasswordHistory
from tests.conftest import NOW, PASSWORD, TODAY

pytestmark = pytest.mark.usefixtures("db_session")
ActorOf = Callable[..., Actor]
GOOD = "Meadow-Path-41"


@pytest.fixture
def account(db_session: Any) -> Account:
    """受理员的账号."""
    return account_of(db_session, "clerk")


def account_of(db_session: Any, login: str) -> Account:
    return db_session.execute(
        select(Account).join(User, User.id == Account.user_id).where(User.username == login)
    ).scalar_one()


@pytest.fixture
def newcomer(db_session: Any, township_id: int) -> Person:
    """还没有账号的人."""
    person = Person(township_id=township_id, name="蓝新苗", sort_key="lan2 xin1 miao2")
    db_session.add(person)
    db_session.flush()
    return person


def refusal(call: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.code


def test_a_new_account_must_change_its_password_first(newcomer: Person, actor: ActorOf) -> None:
    made = accounts.create_account(
        person_id=newcomer.id, login="lan.xm", password=GOOD, actor=actor("admin"), now=NOW
    )
    assert made.must_change_password
    assert not made.is_demo
    assert sign_in.authenticate("Lan.XM ", GOOD, now=NOW) is made
    assert actor_of_user(made.user_id, TODAY).holdings == ()


def test_only_who_manages_accounts_may_open_one(newcomer: Person, actor: ActorOf) -> None:
    for login in ("clerk", "mayor", "jiwei", "viewer"):
        code = refusal(
            lambda who=login: accounts.create_account(
                person_id=newcomer.id, login="lan.xm", password=GOOD, actor=actor(who), now=NOW
            )
        )
        assert code == "not_granted"


@pytest.mark.parametrize(
    ("login", "code"),
    [
        ("Lan", "login_shape"),
        ("la", "login_shape"),
        ("1an", "login_shape"),
        ("clerk", "login_taken"),
    ],
)
def test_login_names_have_a_shape_and_are_unique(
    newcomer: Person, actor: ActorOf, login: str, code: str
) -> None:
    def create() -> None:
        accounts.create_account(
            person_id=newcomer.id, login=login, password=GOOD, actor=actor("admin"), now=NOW
        )

    assert refusal(create) == code


def test_one_person_has_one_account(account: Account, actor: ActorOf) -> None:
    def again() -> None:
        accounts.create_account(
            person_id=account.person_id,
            login="second",
            password=GOOD,
            actor=actor("admin"),
            now=NOW,
        )

    assert refusal(again) == "has_account"


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("Short-1", "password_short"),
        ("onlyletters", "password_plain"),
        ("1234567890", "password_plain"),
        ("my-CLERK-2017", "password_is_name"),
        ("蓝其蓁-2017-06", "password_is_name"),
        (PASSWORD, "password_reused"),
        ("x1" * 65, "password_long"),
    ],
)
def test_a_password_has_to_keep_the_rules(
    account: Account, actor: ActorOf, password: str, code: str
) -> None:
    def change() -> None:
        accounts.change_own_password(
            account, old=PASSWORD, new=password, actor=actor("clerk"), now=NOW
        )

    assert refusal(change) == code


def test_none_of_the_last_five_passwords_comes_back(
    db_session: Any, account: Account, actor: ActorOf
) -> None:
    clerk, old = actor("clerk"), PASSWORD
    for number in range(6):
        new = f"{GOOD}-{number}"
        accounts.change_own_password(account, old=old, new=new, actor=clerk, now=NOW)
        old = new
    for used in (f"{GOOD}-5", f"{GOOD}-4", f"{GOOD}-1"):
        code = refusal(
            lambda back=used: accounts.change_own_password(
                account, old=old, new=back, actor=clerk, now=NOW
            )
        )
        assert code == "password_reused"
    accounts.change_own_password(account, old=old, new=f"{GOOD}-0", actor=clerk, now=NOW)
    kept = select(PasswordHistory).where(PasswordHistory.user_id == account.user_id)
    assert len(db_session.execute(kept).scalars().all()) == 5


def test_changing_ones_password_ends_other_sessions(account: Account, actor: ActorOf) -> None:
    stamp = account.session_stamp
    clerk = actor("clerk")
    assert (
        refusal(
            lambda: accounts.change_own_password(
                account, old="不对", new=GOOD, actor=clerk, now=NOW
            )
        )
        == "password_wrong"
    )
    assert account.session_stamp == stamp
    accounts.change_own_password(account, old=PASSWORD, new=GOOD, actor=clerk, now=NOW)
    assert account.session_stamp != stamp
    assert sign_in.authenticate("clerk", PASSWORD, now=NOW) is None
    assert sign_in.authenticate("clerk", GOOD, now=NOW) is account


def test_nobody_changes_anothers_password_as_their_own(account: Account, actor: ActorOf) -> None:
    other = actor("clerk2")
    assert (
        refusal(
            lambda: accounts.change_own_password(
                account, old=PASSWORD, new=GOOD, actor=other, now=NOW
            )
        )
        == "not_found"
    )


def test_an_administrators_new_password_must_be_changed(account: Account, actor: ActorOf) -> None:
    accounts.set_password(account, GOOD, actor=actor("admin"), now=NOW)
    assert account.must_change_password
    assert sign_in.authenticate("clerk", GOOD, now=NOW) is account


def test_a_disabled_account_cannot_sign_in_and_keeps_its_name(
    account: Account, actor: ActorOf
) -> None:
    admin, stamp = actor("admin"), account.session_stamp
    assert refusal(lambda: accounts.disable(account, " ", actor=admin, now=NOW)) == "reason_needed"
    accounts.disable(account, "调离", actor=admin, now=NOW)
    assert account.session_stamp != stamp
    assert sign_in.authenticate("clerk", PASSWORD, now=NOW) is None
    assert account.person.name == "蓝其蓁"
    assert refusal(lambda: accounts.disable(account, "调离", actor=admin, now=NOW)) == "already_so"
    assert (
        refusal(lambda: sign_in.issue_reset_code(account, actor=admin, now=NOW))
        == "account_disabled"
    )
    accounts.enable(account, "调回", actor=admin, now=NOW)
    assert sign_in.authenticate("clerk", PASSWORD, now=NOW) is account


def test_the_last_administrator_cannot_be_disabled(db_session: Any, actor: ActorOf) -> None:
    own = account_of(db_session, "admin")
    admin = actor("admin")
    assert (
        refusal(lambda: accounts.disable(own, "不干了", actor=admin, now=NOW))
        == "last_administrator"
    )
    db_session.expire_all()
    assert own.user.active


def test_set_up_founds_the_first_administrator(db_session: Any, township_id: int) -> None:
    made = accounts.found_administrator(
        name="单玉成",
        login="shan",
        password=GOOD,
        actor=system_actor(township_id, TODAY),
        now=NOW,
    )
    assert made.person_id in administrators(TODAY)[township_id]
    assert made.person.sort_key.startswith("shan4")
    assert not made.must_change_password
    assert actor_of_user(made.user_id, TODAY).roles == {"A"}


def test_only_the_command_line_founds_administrators(actor: ActorOf) -> None:
    admin = actor("admin")
    assert (
        refusal(
            lambda: accounts.found_administrator(
                name="某", login="who", password=GOOD, actor=admin, now=NOW
            )
        )
        == "not_granted"
    )


def test_the_journal_never_holds_a_secret(
    db_session: Any, account: Account, actor: ActorOf, township_id: int
) -> None:
    admin = actor("admin")
    accounts.set_password(account, GOOD, actor=admin, now=NOW)
    code = sign_in.issue_reset_code(account, actor=admin, now=NOW)
    sign_in.record_failure("clerk", now=NOW)
    sign_in.record_success(account, now=NOW)
    entries = db_session.execute(select(Journal).where(Journal.module == "user")).scalars().all()
    assert [e.data["deed"] for e in entries] == [
        "password",
        "reset_code",
        "sign_in_failed",
        "sign_in",
    ]
    text = " ".join(f"{e.data} {e.opinion}" for e in entries)
    assert GOOD not in text
    assert code not in text
    assert "scrypt" not in text
    assert journal.verify(township_id).is_whole


def test_accounts_of_another_township_are_not_there(
    db_session: Any, account: Account, actor: ActorOf
) -> None:
    stranger = Actor(
        person_id=1,
        township_id=account.township_id + 99,
        name="别乡管理员",
        today=TODAY,
        holdings=actor("admin").holdings,
        grants=actor("admin").grants,
    )
    assert (
        refusal(lambda: accounts.disable(account, "试试", actor=stranger, now=NOW)) == "not_found"
    )
