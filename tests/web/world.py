"""一个装满的乡：各状态、各平台的案件，各状态的会议，二十个角色各一个登录好的浏览器.

整个模块共用一次：都在一个外层事务里，用完作废；每次试着改的放在存档点里，试完退回。
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Connection, create_engine, select, text
from sqlalchemy.pool import NullPool

from app import storage
from app.db import Model, session
from app.domain.months import Month
from app.domain.working_time import SHANGHAI
from app.services import assessment, attachments, case_handling, case_intake, documents, meetings
from models.attachment import Attachment
from models.case import Case
from models.meeting import Attendance, Meeting, Resolution
from models.people import Person
from tests.conftest import NOW, PASSWORD
from tests.factories import Walk, grid_id, hotline, org_id, photo
from tests.meeting_walk import MeetingWalk, series_id
from tests.site import Browser, Clock, actor_named, bound, forget_names, words

ROLES: Mapping[str, str] = {
    "A": "admin",
    "B": "clerk",
    "C1": "mayor",
    "C2": "deputy",
    "D": "secretary",
    "E": "member",
    "F1": "zongzhi",
    "F2": "shichang",
    "F3": "zhifa",
    "F4": "bianmin",
    "G1": "zongzhi_lead",
    "G2": "shichang_lead",
    "G3": "zhifa_lead",
    "G4": "bianmin_lead",
    "H": "anjian",
    "I": "grid09",
    "J": "village206",
    "K": "jiwei",
    "L": "viewer",
    "M": "police",
}
"""二十个角色，一个角色一个演示账号."""

LATEST = datetime(2017, 6, 29, 10, 0, tzinfo=SHANGHAI)
DAY = date(2017, 6, 29)
UNBUSINESS = ("journal", "seed_mark", "config_version", "procrastinate_")
CONFIG = (
    *("account", "ab_", "calendar_day", "category", "channel", "grid", "holding", "org"),
    *("password_history", "person", "platform", "post", "reset_code", "role_", "rule_set"),
    *("body", "carrier_system", "service_item", "township", "village", "meeting_series"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """一件案件在哪里：平台、网格、村、派到的机构、登记人."""

    id: int
    platform: str | None
    grid: str
    village: str
    orgs: frozenset[str]
    registrar: str
    state: str


@dataclass
class World:
    """装满的乡."""

    app: Flask
    bare: Flask
    connection: Connection
    clock: Clock
    cases: dict[str, Place] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)
    meetings: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    attendees: frozenset[str] = frozenset()
    assessment: int = 0
    items: dict[str, int] = field(default_factory=dict)
    resolution: int = 0
    exports: dict[str, int] = field(default_factory=dict)
    _browsers: dict[str, Browser] = field(default_factory=dict)

    def browser(self, login: str) -> Browser:
        """这个账号登录好的浏览器；只登录一次，登录的时刻最晚，钟拨回去也不算闲置."""
        if login not in self._browsers:
            self.clock.at = LATEST
            browser: Browser = self.app.test_client()  # type: ignore[assignment]
            self._browsers[login] = browser.enter(login, PASSWORD)
            browser.valid_token()
        return self._browsers[login]

    @contextmanager
    def trial(self) -> Iterator[None]:
        """试一次：里面提交的，出来时全部退回."""
        point = self.connection.begin_nested()
        try:
            yield
        finally:
            point.rollback()
            forget_names()

    @contextmanager
    def inside(self) -> Iterator[Any]:
        """在应用的环境里读库."""
        with self.bare.app_context():
            yield session

    @cached_property
    def _statements(self) -> dict[bool, str]:
        found = {}
        for with_config in (True, False):
            skipped = UNBUSINESS if with_config else (*UNBUSINESS, *CONFIG)
            tables = sorted(t for t in Model.metadata.tables if not t.startswith(skipped))
            # 登录时刻不算改动
            found[with_config] = " UNION ALL ".join(
                f"SELECT '{t}' AS t, md5(coalesce(string_agg(r, '|' ORDER BY r), '')) FROM "
                f"(SELECT (to_jsonb(x) - 'last_seen_at' - 'last_login' - 'login_count')::text AS r"
                f' FROM "{t}" x) y'
                for t in tables
            )
        return found

    def digest(self, *, config: bool = False) -> dict[str, str]:
        """各张业务表的指纹；``config`` 为真时连配置与账号一起，日志总不算."""
        rows = self.connection.execute(text(self._statements[config])).all()
        return {row[0]: row[1] for row in rows}


@contextmanager
def full_township(url: str, bare: Flask, app: Flask, clock: Clock, folder: Path) -> Iterator[World]:
    """造好这个乡，用完作废；文件与字库用空文件夹."""
    options = {"options": "-c timezone=UTC"}
    engine = create_engine(url, poolclass=NullPool, connect_args=options)
    kept_files, kept_fonts = storage.root(), dict(documents._state)
    with ExitStack() as stack:
        connection = stack.enter_context(engine.connect())
        outer = connection.begin()
        stack.callback(outer.rollback)
        stack.enter_context(bound(bare, connection))
        stack.enter_context(bound(app, connection))
        storage.configure(folder / "files")
        documents.configure(cache_dir=folder / "fonts")
        stack.callback(documents._state.update, kept_fonts)
        stack.callback(storage.configure, kept_files)
        world = World(app, bare, connection, clock)
        with bare.app_context():
            # 先会议后案件：没签收的案件会成为纪要里缺要素的一行
            _fill_meetings(world)
            _fill_cases(world)
            _fill_assessment(world)
            session.commit()
        _fill_exports(world)
        yield world
    engine.dispose()


def _fill_exports(world: World) -> None:
    """受理员与综合执法的操作员各导出过一次案件."""
    for login in ("clerk", "zhifa"):
        browser = world.browser(login)
        with browser.post("/exports/start/cases") as answer:
            assert answer.status_code == 200, words(answer)
        statement = text(
            "SELECT e.id FROM export_job e JOIN account a ON a.person_id = e.person_id"
            " JOIN ab_user u ON u.id = a.user_id WHERE u.username = :login"
        )
        world.exports[login] = world.connection.execute(statement, {"login": login}).scalar_one()


class WeeklyWalk(MeetingWalk):
    """一周开一次：议定事项都在下一周到期."""

    def terms(self, **changes: Any) -> Any:
        """期限随会期."""
        due = self.meeting.planned_at.astimezone(SHANGHAI).date() + timedelta(days=9)
        return super().terms(**{"due_on": due, **changes})


def _actor(login: str) -> Any:
    return actor_named(login, DAY)


def _fill_cases(world: World) -> None:
    """综合执法的各状态各一件，另三个平台各一件办理中的；都在高山村第九网格，市监的在板桥."""
    start = NOW + timedelta(minutes=1)
    for state in ("reported", "accepted", "dispatched", "processing", "handled", "verified"):
        walk = Walk(_actor, start)
        _keep(world, state, getattr(walk, state)())
    walk = Walk(_actor, start)
    _keep(world, "archived", walk.archived())
    walk = Walk(_actor, start)
    case = walk.reported()
    reason = "缺少具体地点，请补充清楚再报。"
    who = _actor("clerk")
    case_intake.request_supplement(
        case, items="具体地点", reason=reason, actor=who, now=walk.later()
    )
    _keep(world, "supplement", case)
    walk = Walk(_actor, start)
    told = walk.verified()
    _feed_back(walk, told)
    _keep(world, "told", told)
    drafted = case_intake.draft(hotline(received_at=NOW), actor=_actor("clerk"), now=start)
    _keep(world, "draft", drafted)
    _abroad(world, "sj", "SJ", "SJ0101", "G01", "shichang", "JJZX")
    _abroad(world, "zz", "ZZ", "ZZ0101", "G01", "zongzhi", "ZZB")
    _abroad(world, "bm", "BM", "BM0101", "G01", "bianmin", "BMZX")
    loose = attachments.upload(photo("red"), "后.jpg", actor=_actor("zhifa"), now=LATEST)
    world.files["loose"] = loose.id


def _feed_back(walk: Walk, case: Case) -> None:
    from app.services import case_closing  # noqa: PLC0415

    case_closing.feedback(
        case,
        method="电话",
        content="已清运",
        feedback_at=walk.now,
        actor=_actor("clerk3"),
        now=walk.later(),
    )


def _abroad(
    world: World, name: str, platform: str, category: str, grid: str, login: str, org: str
) -> None:
    """别的平台一件办理中的，带一个附件."""
    from app.services import case_dispatch  # noqa: PLC0415

    walk = Walk(_actor, NOW + timedelta(minutes=2))
    found = session.execute(text("SELECT id FROM category WHERE code = :c"), {"c": category})
    key = found.scalar() or _any_category(platform)
    case = walk.dispatched(platform=platform, category_id=key, grid_id=grid_id(grid))
    who = _actor(login)
    case_dispatch.sign_in(
        case, org_id=org_id(org), handler_id=who.person_id or 0, actor=who, now=walk.later()
    )
    proof = attachments.upload(photo("blue"), "现场.jpg", actor=who, now=walk.now)
    case_handling.record_progress(
        case, content="到场查看", attachments=[proof.id], actor=who, now=walk.later()
    )
    world.files[name] = proof.id
    _keep(world, name, case)


def _any_category(platform: str) -> int:
    statement = text(
        "SELECT id FROM category WHERE platform = :p AND parent_id IS NOT NULL"
        " AND NOT is_sensitive ORDER BY code LIMIT 1"
    )
    return session.execute(statement, {"p": platform}).scalar_one()


def _keep(world: World, name: str, case: Case) -> None:
    session.flush()
    one = text(
        "SELECT g.code, v.code, u.username FROM case_record c"
        " LEFT JOIN grid g ON g.id = c.grid_id LEFT JOIN village v ON v.id = c.village_id"
        " JOIN account a ON a.person_id = c.registrar_id JOIN ab_user u ON u.id = a.user_id"
        " WHERE c.id = :id"
    )
    grid, village, registrar = session.execute(one, {"id": case.id}).one()
    orgs = text(
        "SELECT o.code FROM case_org co JOIN org o ON o.id = co.org_id WHERE co.case_id = :id"
    )
    found = frozenset(session.execute(orgs, {"id": case.id}).scalars())
    world.cases[name] = Place(
        case.id, case.platform, grid or "", village or "", found, registrar, case.state
    )
    if name not in world.files:
        file = session.execute(select(Attachment.id).where(Attachment.case_id == case.id)).scalar()
        if file is not None:
            world.files[name] = file


def _fill_assessment(world: World) -> None:
    """五月的考核：算好了，等复核."""
    world.assessment = assessment.calculate(
        Month(2017, 5), actor=_actor("clerk2"), now=LATEST - timedelta(days=20)
    ).id


def _fill_meetings(world: World) -> None:
    """综合执法平台例会，一周一次，各停在一步；综治平台另排一次."""
    stages = ("signed", "reviewed", "drafted", "closed", "opened", "noticed", "scheduled")
    first = datetime(2017, 5, 24, 14, 30, tzinfo=SHANGHAI)
    walk = WeeklyWalk(_actor, NOW)
    for week, stage in enumerate(stages[:5]):
        when = first + timedelta(weeks=week)
        walk.now = when - timedelta(days=2)
        getattr(walk, stage)(when=when)
        if stage == "opened":
            item = walk.item()
            walk.debated(item)
            world.items["opened"] = item.id
            for _ in range(2):
                meetings.resolve(
                    walk.id, item_id=item.id, terms=walk.terms(), actor=walk.f, now=walk.later()
                )
        world.meetings[stage] = (walk.id, walk.later())
    for week, stage in enumerate(stages[5:], 5):
        when = first + timedelta(weeks=week)
        walk.now = LATEST - timedelta(days=1, hours=week)
        getattr(walk, stage)(when)
        made = meetings.collect(
            walk.id,
            title="待列入的议题",
            section="本周安排",
            agreed=True,
            actor=walk.f,
            now=walk.later(),
        )
        world.items[stage] = made.id
        at = when if stage == "noticed" else walk.later()
        world.meetings[stage] = (walk.id, at)
    world.resolution = session.execute(
        select(Resolution.id).where(Resolution.meeting_id == world.meetings["signed"][0])
    ).scalar_one()
    other = meetings.schedule(
        series_id=series_id("MS-ZZ"),
        planned_at=LATEST + timedelta(days=4),
        place="会议室",
        actor=_actor("zongzhi"),
        now=LATEST - timedelta(hours=1),
    )
    world.meetings["zz"] = (other.id, LATEST)
    session.flush()
    world.attendees = frozenset(
        session.execute(
            select(Person.name)
            .join(Attendance, Attendance.person_id == Person.id)
            .join(Meeting, Meeting.id == Attendance.meeting_id)
            .where(Meeting.platform == "ZF")
        ).scalars()
    )
