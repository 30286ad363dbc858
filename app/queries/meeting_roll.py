"""点名：某日应到哪些职务、各由谁在任，以及会议锁定的名单."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.engine import Row

from app.db import session
from models.meeting import Attendance
from models.people import Holding, Person, Post
from models.platform import BodyMember

PRESENT = ("出席", "代会")
_STANDING = {"在任": 0, "兼任": 0, "代行": 1, "委托": 2}


@dataclass(frozen=True, slots=True)
class Seat:
    """一个应到的席位：职务、在任的人（空缺为空）、任职方式.

    组成职务都计应到（联席会议的组成里有乡纪委书记）；来监督的纪委人员另作列席，不在席位里。
    """

    post: str
    function: str
    person_id: int | None
    name: str
    mode: str
    sort_no: int


@dataclass(frozen=True, slots=True)
class RollLine:
    """名单上的一行."""

    id: int
    person_id: int
    name: str
    post: str
    mode: str
    function: str
    is_expected: bool
    status: str
    reason: str | None
    proxy_name: str | None
    marked_at: datetime | None
    org_id: int | None


@dataclass(frozen=True, slots=True)
class Tally:
    """点名合计：应到、实到（含代会）、请假、缺席、列席."""

    expected: int
    present: int
    leave: int
    absent: int
    observers: int


def seats_of(body_id: int, platform: str | None, day: date) -> list[Seat]:
    """某日一个议事机构的席位：按职务列的由在任的人坐，没有在任的取代行，再没有取委托.

    空缺的职务也列，``person_id`` 为空；同一人坐两席的只留靠前的一席，职务并写。
    """
    groups: dict[int, list[Seat]] = {}
    for row in _members(body_id, day):
        # 同一职务可在别的平台另有人坐，不是本机构的席位
        foreign = platform and row.platform and row.platform != platform
        seat = Seat(
            post=row.post or "",
            function=row.function,
            person_id=None if foreign else row.person_id,
            name="" if foreign else (row.name or ""),
            mode=row.mode or "在任",
            sort_no=row.sort_no,
        )
        groups.setdefault(row.id, []).append(seat)
    return _merged(seat for group in groups.values() for seat in _sitting(group))


def _members(body_id: int, day: date) -> Sequence[Row[Any]]:
    in_office = and_(
        Holding.post_id == Post.id,
        Holding.valid_from <= day,
        or_(Holding.valid_to.is_(None), Holding.valid_to >= day),
    )
    sitting = or_(Person.id == Holding.person_id, Person.id == BodyMember.person_id)
    return session.execute(
        select(
            BodyMember.id,
            BodyMember.function,
            BodyMember.sort_no,
            Post.name.label("post"),
            Holding.mode,
            Holding.platform,
            Person.id.label("person_id"),
            Person.name,
        )
        .select_from(BodyMember)
        .outerjoin(Post, Post.id == BodyMember.post_id)
        .outerjoin(Holding, in_office)
        .outerjoin(Person, sitting)
        .where(
            BodyMember.body_id == body_id,
            BodyMember.valid_from <= day,
            or_(BodyMember.valid_to.is_(None), BodyMember.valid_to >= day),
        )
        .order_by(BodyMember.sort_no, BodyMember.id, Holding.id)
    ).all()


def _sitting(group: list[Seat]) -> list[Seat]:
    held = [seat for seat in group if seat.person_id is not None]
    if not held:
        return group[:1]
    best = min(_STANDING.get(seat.mode, 9) for seat in held)
    return [seat for seat in held if _STANDING.get(seat.mode, 9) == best]


def _merged(seats: Iterable[Seat]) -> list[Seat]:
    kept: dict[object, Seat] = {}
    for number, seat in enumerate(seats):
        key: object = seat.person_id if seat.person_id is not None else f"vacant {number}"
        first = kept.get(key)
        if first is None:
            kept[key] = seat
        elif seat.post and seat.post != first.post:
            kept[key] = Seat(
                f"{first.post}、{seat.post}",
                first.function,
                first.person_id,
                first.name,
                first.mode,
                first.sort_no,
            )
    return list(kept.values())


def roll_of(meeting_id: int) -> list[RollLine]:
    """会议名单，依席次；列席的在后."""
    rows = session.execute(
        select(
            Attendance.id,
            Attendance.person_id,
            Person.name,
            Attendance.post_name,
            Attendance.mode,
            Attendance.function,
            Attendance.is_expected,
            Attendance.status,
            Attendance.reason,
            Attendance.proxy_name,
            Attendance.marked_at,
            Person.org_id,
        )
        .join(Person, Person.id == Attendance.person_id)
        .where(Attendance.meeting_id == meeting_id)
        .order_by(Attendance.is_expected.desc(), Attendance.sort_no, Attendance.id)
    ).all()
    return [RollLine(*row) for row in rows]


def tally(lines: Iterable[RollLine]) -> Tally:
    """点名合计；未登记的既不算到也不算缺."""
    rows = list(lines)
    expected = [line for line in rows if line.is_expected]
    return Tally(
        expected=len(expected),
        present=sum(line.status in PRESENT for line in expected),
        leave=sum(line.status == "请假" for line in expected),
        absent=sum(line.status == "缺席" for line in expected),
        observers=sum(line.status == "列席" for line in rows),
    )


def posts_of_people(people: Iterable[int], day: date) -> dict[int, str]:
    """这些人某日的职务（在任先于代行、委托）；没有职务的不在其中."""
    rows = session.execute(
        select(Holding.person_id, Post.name, Holding.mode)
        .join(Post, Post.id == Holding.post_id)
        .where(
            Holding.person_id.in_(set(people)),
            Holding.valid_from <= day,
            or_(Holding.valid_to.is_(None), Holding.valid_to >= day),
        )
        .order_by(Holding.id)
    ).all()
    found: dict[int, str] = {}
    for row in sorted(rows, key=lambda r: _STANDING.get(r.mode, 9)):
        shown = f"{row.name}（代行）" if row.mode == "代行" else row.name
        found.setdefault(row.person_id, shown)
    return found
