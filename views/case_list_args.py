"""清单的地址参数：视图、条件、排序、翻页的位置；看不懂的一概略去，并说出略去了哪些."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import current_app, url_for
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.datastructures import MultiDict

from app.domain.case_states import FINALS, Level, State
from app.domain.numbering import parse_case_number
from app.domain.working_time import SHANGHAI
from app.queries.case_list import MARKS, CaseFilter, Cursor
from views.base import current_actor, today
from views.case_common import names, now

STAGES = ("REPORTED", "ACCEPTED", "DISPATCHED", "PROCESSING", "HANDLED", "VERIFIED")
"""各有页签的状态."""
VIEWS = ("open", *STAGES, "overdue", "closed", "all", "drafts")
SORTS = ("due", "recent")
LONGEST_WORDS = 60

SANE_YEARS = range(1900, 2200)


@dataclass(frozen=True, slots=True)
class ListArgs:
    """读好的地址参数（list arguments）；``bad`` 是略去的，写成 ``名=值``."""

    view: str = "open"
    sort: str = "due"
    states: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    villages: tuple[int, ...] = ()
    grids: tuple[int, ...] = ()
    channels: tuple[str, ...] = ()
    categories: tuple[int, ...] = ()
    since: date | None = None
    until: date | None = None
    words: str = ""
    mark: str = ""
    cursor: Cursor | None = None
    bad: tuple[str, ...] = field(default=())

    @property
    def is_plain(self) -> bool:
        """没有别的条件，只有页签."""
        return not self.query(view=None, sort=None)

    def query(self, **changes: Any) -> dict[str, Any]:
        """写回地址的参数（不带翻页的位置）；改成空的就去掉."""
        given: dict[str, Any] = {
            "view": self.view if self.view != "open" else None,
            "sort": self.sort if self.sort != "due" else None,
            "state": self.states,
            "platform": self.platforms,
            "level": self.levels,
            "village": self.villages,
            "grid": self.grids,
            "channel": self.channels,
            "category": self.categories,
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
            "q": self.words or None,
            "mark": self.mark or None,
        }
        merged = {**given, **changes}
        return {key: value for key, value in merged.items() if value not in (None, "", (), [])}

    def url(self, **changes: Any) -> str:
        """改几个条件之后的地址."""
        return url_for("CaseListView.list", **self.query(**changes))

    def wanted(self) -> CaseFilter:
        """查询要的筛选条件：日期按当地的一天，止日那天也算."""
        number = parse_case_number(self.words) if self.words else None
        is_number = number is not None and (number.year is not None or number.seq < 100_000)
        found = number if is_number and number is not None else None
        stage = (self.view,) if self.view in STAGES else ()
        return CaseFilter(
            bucket=self._bucket(),
            sort="due" if self.sort == "due" and self._bucket() == "open" else "recent",
            states=stage or self.states,
            platforms=self.platforms,
            levels=self.levels,
            villages=self.villages,
            grids=self.grids,
            channels=self.channels,
            categories=self.categories,
            overdue_at=now() if self.view == "overdue" else None,
            since=_moment(self.since),
            until=_moment(self.until, days=1),
            seq=(found.year, found.seq) if found else None,
            words="" if found else self.words,
            mark=self.mark,
            day=day_span(today()),
        )

    def _bucket(self) -> Any:
        if self.view in ("closed", "all", "drafts"):
            return self.view
        wants_closed = self.view == "open" and set(self.states) & {str(one) for one in FINALS}
        return "all" if wants_closed else "open"


def _day(text: str) -> date:
    """日期；年份不在常理之内的当作写错（再早再晚化成时刻会出界）."""
    day = date.fromisoformat(text)
    if day.year not in SANE_YEARS:
        raise ValueError(text)
    return day


def _moment(day: date | None, *, days: int = 0) -> datetime | None:
    if day is None:
        return None
    start = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
    return (start + timedelta(days=days)).astimezone(UTC)


BOARD_KEPT = ("level", "village", "grid", "channel", "mark")
"""看板与清单共有的条件."""


def board_query(args: ListArgs, **changes: Any) -> dict[str, Any]:
    """看板的地址参数：只带两边共有的条件."""
    return {key: value for key, value in args.query(**changes).items() if key in BOARD_KEPT}


def day_span(day: date) -> tuple[datetime, datetime]:
    """当地这一天的起止（UTC）."""
    start = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
    return start.astimezone(UTC), (start + timedelta(days=1)).astimezone(UTC)


def read_args(args: MultiDict[str, str]) -> ListArgs:
    """读地址参数：逐个核对，坏的略去."""
    bad: list[str] = []
    read = _Reader(args, bad)
    known = names()
    found = ListArgs(
        view=read.one("view", VIEWS, "open"),
        sort=read.one("sort", SORTS, "due"),
        states=read.many("state", [str(state) for state in State]),
        platforms=read.many("platform", known.platforms),
        levels=read.many("level", [str(level) for level in Level]),
        villages=read.keys("village", known.villages),
        grids=read.keys("grid", known.grids),
        channels=read.many("channel", known.channels),
        categories=read.keys("category", known.categories),
        since=read.value("since", _day),
        until=read.value("until", _day),
        words=args.get("q", "").strip()[:LONGEST_WORDS],
        mark=read.one("mark", ("", *MARKS), ""),
        cursor=read.value("cursor", _cursor),
    )
    bad += [f"{key}={value}" for key, value in args.items(multi=True) if key not in _KNOWN]
    return ListArgs(**{**_fields(found), "bad": tuple(one[:40] for one in bad)})


_KNOWN = frozenset(
    {
        *("view", "sort", "state", "platform", "level", "village", "grid"),
        *("channel", "category", "since", "until", "q", "mark", "cursor"),
    }
)


def _fields(found: ListArgs) -> dict[str, Any]:
    return {name: getattr(found, name) for name in ListArgs.__slots__ if name != "bad"}


@dataclass(frozen=True, slots=True)
class _Reader:
    args: MultiDict[str, str]
    bad: list[str]

    def _drop(self, key: str, value: str) -> None:
        if value:
            self.bad.append(f"{key}={value}")

    def one(self, key: str, allowed: Iterable[str], default: str) -> str:
        value = self.args.get(key, default)
        if value in allowed:
            return value
        self._drop(key, value)
        return default

    def many(self, key: str, allowed: Iterable[str]) -> tuple[str, ...]:
        known, found = set(allowed), []
        for value in self.args.getlist(key):
            if value in known:
                found.append(value)
            else:
                self._drop(key, value)
        return tuple(dict.fromkeys(found))

    def keys(self, key: str, allowed: Iterable[int]) -> tuple[int, ...]:
        texts = self.many(key, [str(one) for one in allowed])
        return tuple(int(one) for one in texts)

    def value(self, key: str, read: Callable[[str], Any]) -> Any:
        text = self.args.get(key, "")
        try:
            return read(text) if text else None
        except (ValueError, BadSignature):
            self._drop(key, text)
            return None


def _signer() -> URLSafeSerializer:
    salt = f"case-cursor-{current_actor().person_id}"
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=salt)


def cursor_token(cursor: Cursor | None) -> str | None:
    """翻页的位置写成签过名的一串，改一个字就不认."""
    if cursor is None:
        return None
    at = cursor.at.isoformat() if cursor.at else None
    return str(_signer().dumps([at, cursor.id, cursor.back]))


def _cursor(token: str) -> Cursor:
    at, key, back = _signer().loads(token)
    return Cursor(datetime.fromisoformat(at) if at else None, int(key), bool(back))


def bad_words(bad: Sequence[str]) -> str:
    """略去的参数连成一串."""
    return "、".join(bad[:5])
