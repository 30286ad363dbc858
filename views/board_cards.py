"""看板的卡片与列首：看得到多少写多少；建议的平台、退回时写的、能不能分都随卡片说清."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import get_template_attribute, url_for
from flask_babel import gettext as _
from sqlalchemy.engine import Row

from app.access.actor import Actor
from app.domain.case_states import State
from app.queries.case_board import POOL, TOP, BoardCounts, Lane, board_counts, returns_of
from app.queries.case_list import Cursor
from app.queries.names import PlatformName
from views.base import current_actor, today
from views.board_args import list_url
from views.case_common import names, platform_words, state_words
from views.case_list_args import ListArgs, cursor_token, day_span
from views.case_list_rows import row_of
from views.ui_filters import iso_moment

DIGITS = 9
PARTS = "board/_parts.html"


@dataclass(frozen=True, slots=True)
class Target:
    """可以分到的平台（target）：数字键、名称、色号."""

    code: str
    name: str
    short: str
    hue: int
    digit: str


def targets() -> tuple[Target, ...]:
    """在用的平台，依次序；前九个有数字键."""
    live = [one for one in names().platforms.values() if one.in_force]
    return tuple(
        Target(one.code, one.name, one.short, one.hue, str(n) if n <= DIGITS else "")
        for n, one in enumerate(live, 1)
    )


def may_move(actor: Actor) -> bool:
    """能不能在看板上分流."""
    return actor.has_verb("case", "dispatch")


def draw(name: str, *args: Any) -> str:
    """画一个部件."""
    return str(get_template_attribute(PARTS, name)(*args)).strip()


def cards_of(rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    """几张卡片要的东西."""
    sent_back = [row.id for row in rows if row.state == State.ACCEPTED and row.return_count]
    told = returns_of(sent_back)
    known = {one.code: one for one in targets()}
    return [_card(row, known, told.get(row.id)) for row in rows]


def _card(
    row: Row[Any], known: Mapping[str, Target], returned: Mapping[str, Any] | None
) -> dict[str, Any]:
    actor = current_actor()
    category = names().category(row.category_id)
    waiting = row.state == State.ACCEPTED
    item = row_of(row)
    can = _can(row, actor)
    told = returned if can and item["channel"] else None
    return {
        **item,
        "lane": row.lane,
        "version": row.version,
        "due_key": iso_moment(row.due_at),
        "can": can,
        "mine": row.state == State.DISPATCHED and row.assigned_by_id == actor.person_id,
        "suggest": known.get(category.platform) if waiting and category else None,
        "rule": category.platform if category else "",
        "person": names().person(row.handler_id),
        "shows_state": not waiting,
        "back": _back(told) if told else "",
        "form_url": _form_url(row.id, can),
    }


def _can(row: Row[Any], actor: Actor) -> str:
    """这张卡片能怎么动；真能不能，办的时候服务再判."""
    verb = {State.ACCEPTED: "dispatch", State.DISPATCHED: "redispatch"}.get(State(row.state))
    return verb if verb and actor.has_verb("case", verb) else ""


def _form_url(case_id: int, verb: str) -> str:
    """没有脚本时菜单去的表单页；不能分的去案件页."""
    if not verb:
        return url_for("CaseView.show", case_id=case_id)
    return url_for("CaseStepView.ask", case_id=case_id, action=verb)


def _back(data: Mapping[str, Any]) -> str:
    """退回时写的：哪个平台、什么原因、建议去向."""
    words = _(
        "%(platform)s sent it back: %(why)s",
        platform=platform_words(data.get("platform")),
        why=data.get("return_reason") or "—",
    )
    hint = data.get("suggestion")
    return words + (_("; suggests %(words)s", words=hint) if hint else "")


class Scene:
    """一次请求的看板：条件、各列、件数."""

    def __init__(self, args: ListArgs, lanes: Sequence[Lane]) -> None:
        self.args = args
        self.lanes = lanes
        self.wanted = args.wanted()
        self.counts: BoardCounts = board_counts(lanes, self.wanted, day_span(today()))
        self.targets = targets()

    @property
    def is_narrowed(self) -> bool:
        """用着条件或标记."""
        return bool(self.args.query(view=None, sort=None))

    def heads(self) -> dict[str, dict[str, Any]]:
        """各列的列首."""
        return {lane.code: self._head(lane.code) for lane in self.lanes}

    def _head(self, code: str) -> dict[str, Any]:
        known, args = names().platform(code), self.args
        target = next((one for one in self.targets if one.code == code), None)
        mark = args.mark
        here = {"view": "ACCEPTED"} if code == POOL else {"platform": code}
        return {
            "code": code,
            "name": state_words("ACCEPTED") if code == POOL else _name(known, code),
            "hue": known.hue if known else 0,
            "count": self.counts.of(code, mark=mark),
            "url": list_url(args, **here),
            "digit": target.digit if target and may_move(current_actor()) else "",
            "subs": self._fresh() if code == POOL else self._states(code),
        }

    def _fresh(self) -> list[dict[str, Any]]:
        if self.args.mark:
            return []
        url = list_url(self.args, view="ACCEPTED", since=today().isoformat())
        return [{"words": _("New today"), "n": self.counts.of(POOL, mark="fresh"), "url": url}]

    def _states(self, code: str) -> list[dict[str, Any]]:
        found = self.counts.states(code, self.args.mark)
        order = [str(one) for one in State if str(one) in found]
        return [
            {
                "words": state_words(state),
                "n": found[state],
                "url": list_url(self.args, platform=code, state=state),
            }
            for state in order
        ]

    def shown(self) -> list[Lane]:
        """要画出来的列：常设的总在（停用的平台除外），别的有件才列."""
        live = {POOL, *(one.code for one in self.targets)}
        return [
            lane
            for lane in self.lanes
            if self.counts.of(lane.code) or (lane.is_standing and lane.code in live)
        ]


def next_token(rows: Sequence[Row[Any]]) -> str:
    """多取到了一件就还有：再往后从哪里取."""
    if len(rows) <= TOP:
        return ""
    last = rows[TOP - 1]
    return cursor_token(Cursor(last.due_at, last.id)) or ""


def _name(known: PlatformName | None, code: str) -> str:
    """列首的名称：去掉末尾的“平台”."""
    return known.name.removesuffix("平台") if known else code
