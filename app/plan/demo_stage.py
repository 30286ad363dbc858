"""演示的台：账号背后的操作人、各样代码的编号、演到哪儿了."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from app.access.actor import Actor
from app.access.load import actor_of_user
from app.db import session
from app.plan.demo_cast import Cast
from app.plan.demo_draw import photograph
from app.plan.demo_script import Shot
from app.plan.demo_texts import Texts
from app.plan.demo_time import Ruler
from app.plan.model import Plan
from app.services import attachments
from models.case import Case
from models.meeting import MeetingSeries
from models.platform import Category, ServiceItem
from models.security import Account
from models.township import Grid, Org, Village

MINUTE = timedelta(minutes=1)


class NoAccounts(RuntimeError):  # noqa: N818
    """演示账号还没有装：``missing`` 是缺的登录名."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__("没有这些演示账号：" + "、".join(missing))
        self.missing = missing


@dataclass(frozen=True, slots=True)
class Cue:
    """一个节拍（cue）：到 ``at``（平移后的时刻，UTC）做一件事；同刻的按 ``order``."""

    at: datetime
    order: tuple[int, int]
    what: str
    run: Callable[[datetime], None]


@dataclass(slots=True)
class Stage:
    """台（stage）：只存编号与演过的件，改数据都经服务."""

    township_id: int
    plan: Plan
    texts: Texts
    cast: Cast
    ruler: Ruler
    users: dict[str, int]
    ids: dict[str, dict[str, int]]
    cases: dict[str, Case] = field(default_factory=dict)
    resolutions: dict[str, list[str]] = field(default_factory=dict)
    meetings: dict[str, int] = field(default_factory=dict)
    _actors: dict[tuple[str, date], Actor] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: Plan, texts: Texts, cast: Cast, ruler: Ruler, township_id: int) -> Stage:
        """搭台。Raises NoAccounts."""
        users = _users(township_id)
        missing = [account.login for account in plan.accounts if account.login not in users]
        if missing:
            raise NoAccounts(missing)
        ids = {
            "category": _codes(Category, township_id),
            "grid": _codes(Grid, township_id),
            "village": _codes(Village, township_id),
            "org": _codes(Org, township_id),
            "item": _codes(ServiceItem, township_id),
            "series": _codes(MeetingSeries, township_id),
        }
        return cls(township_id, plan, texts, cast, ruler, users, ids)

    def actor(self, login: str, now: datetime) -> Actor:
        """这个账号在那一天的操作人."""
        key = (login, self.ruler.calendar.local_day(now))
        if key not in self._actors:
            self._actors[key] = actor_of_user(self.users[login], key[1])
        return self._actors[key]

    def person(self, login: str, now: datetime) -> int:
        """账号背后的人的编号."""
        found = self.actor(login, now).person_id
        if found is None:
            raise NoAccounts([login])
        return found

    def id_of(self, kind: str, code: str | None) -> int | None:
        """代码的编号；空代码为空."""
        return None if code is None else self.ids[kind][code]

    def resolution_for(self, platform: str) -> str:
        """会议交办的件引用哪条议定事项：本平台最近生效的，没有的取别的平台的."""
        own = self.resolutions.get(platform) or [
            n for one in self.resolutions.values() for n in one
        ]
        return own[-1] if own else ""

    def upload(
        self, shots: tuple[Shot, ...], who: str, now: datetime, *, caption: str
    ) -> list[int]:
        """拍照上传：照片上印的是几分钟前的当地时刻."""
        found = []
        for turn, shot in enumerate(shots):
            taken = self.ruler.local(now - (turn + 2) * MINUTE).replace(microsecond=0)
            content = photograph(
                shot.view, seed=shot.seed, messy=shot.messy, taken_at=taken, caption=caption
            )
            row = attachments.upload(
                content,
                f"{shot.label}{turn + 1}.jpg",
                actor=self.actor(who, now),
                now=now,
                label=shot.label,
            )
            found.append(row.id)
        return found


def _users(township_id: int) -> dict[str, int]:
    rows = session.execute(
        select(User.username, Account.user_id)
        .join(Account, Account.user_id == User.id)
        .where(Account.township_id == township_id, Account.is_demo)
    )
    return {row.username: row.user_id for row in rows}


def _codes(model: type, township_id: int) -> dict[str, int]:
    rows = session.execute(
        select(model.code, model.id).where(model.township_id == township_id)  # type: ignore[attr-defined]
    )
    return {row.code: row.id for row in rows}
