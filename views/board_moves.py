"""看板上的分流与改派：一次一件或几件，各有各的存档点，办成没办成逐件说清."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import jsonify, request
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.domain.case_states import State
from app.domain.case_words import Action
from app.domain.errors import Refused
from app.queries.case_board import POOL, board_cards
from app.queries.case_facts import facts_of
from app.queries.case_options import barrier_of, who_can
from app.services import case_dispatch
from app.services.case_step import locked_many
from models.case import Case
from views.base import OurView, apart, commit, current_actor, refuse
from views.board import card_data, frame, scene_of
from views.board_args import board_args
from views.board_cards import targets
from views.case_common import (
    moment_words,
    names,
    now,
    office,
    people_words,
    platform_words,
    state_words,
)
from views.case_repeat import is_repeat
from views.case_words import DENIALS, action_words, barrier_item, refusal_sentence

MOST = 50
LONGEST = 500
WENT = frozenset({Action.DISPATCH, Action.REDISPATCH})
STATUS = {"changed_meanwhile": 409, "not_found": 404}
DENIED, INVALID = 403, 422


@dataclass(frozen=True, slots=True)
class Order:
    """一次要办的：哪几件（编号 → 看见的版本）、到哪一列、写的话."""

    items: Mapping[int, int]
    to: str
    words: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """一件办得怎样：``code`` 为空即办成."""

    id: int
    number: str
    code: str = ""
    words: str = ""
    refused: Refused | None = None


Verb = Callable[[Case, int, Order], Any]


class BoardMoveView(OurView):
    """看板上的两个动作：分流交办、改派；门口各要各的授权，每一件由服务再判."""

    route_base = "/board"
    class_permission_name = "case"
    method_permission_name: Mapping[str, str] = {"move": "dispatch", "redo": "redispatch"}

    @expose("/move", methods=["POST"])
    @has_access
    def move(self) -> Any:
        """分流交办."""
        return _answer(Action.DISPATCH, _dispatch)

    @expose("/redo", methods=["POST"])
    @has_access
    def redo(self) -> Any:
        """改派：签收前换一个平台，写理由."""
        return _answer(Action.REDISPATCH, _redispatch)


def _answer(action: Action, verb: Verb) -> Any:
    order = _order()
    if order is None:
        return jsonify(
            words=_("The request could not be read; refresh the board."), results=[]
        ), 400
    outcomes = _run(order, action, verb)
    return jsonify(_report(order, outcomes, action)), _status(outcomes)


def _order() -> Order | None:
    """读要办的；形状不对的一概不认."""
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict) or not isinstance(sent.get("items"), list):
        return None
    items = [one for one in sent["items"][: MOST + 1] if _is_item(one)]
    to, words = sent.get("to"), sent.get("words", "")
    known = {POOL, *(one.code for one in targets())}
    fits = 0 < len(items) == len(sent["items"]) <= MOST
    if not fits or to not in known or not isinstance(words, str):
        return None
    return Order(dict(items), str(to), words.strip()[:LONGEST].replace("\x00", ""))


def _is_item(one: Any) -> bool:
    whole = isinstance(one, list) and len(one) == 2
    return whole and all(type(n) is int and 0 <= n < 1 << 62 for n in one)


def _run(order: Order, action: Action, verb: Verb) -> list[Outcome]:
    """逐件办：先一并锁住，再各自一个存档点；最后一次提交."""
    found = locked_many(list(order.items), actor=current_actor())
    outcomes = [_one(found.get(key), key, order, action, verb) for key in order.items]
    commit()
    for outcome in outcomes:
        if outcome.refused is not None and outcome.code in DENIALS:
            naming = {"module": "case", "action": action.value, "kind": "case"}
            refuse(outcome.refused, key=outcome.id, **naming)
    return outcomes


def _one(case: Case | None, key: int, order: Order, action: Action, verb: Verb) -> Outcome:
    if case is None:
        return Outcome(key, "", "not_found", _("It is not there, or not yours to see."))
    number, seen = case.number or "", order.items[key]
    try:
        with apart():
            verb(case, seen, order)
    except Refused as refused:
        told = {"platform": order.to, "note": order.words, "reason": order.words}
        if refused.code == "changed_meanwhile" and is_repeat(case, action, seen, told):
            return Outcome(key, number)
        return Outcome(key, number, refused.code, _why(case, action, refused), refused)
    return Outcome(key, number)


def _suggested(case: Case, platform: str) -> int | None:
    """小类的建议承办机构：平台正是小类的平台、机构在这个平台里才算."""
    found = names().category(case.category_id)
    if found is None or found.platform != platform:
        return None
    return found.org_id if found.org_id in office().orgs_of.get(platform, ()) else None


def _dispatch(case: Case, seen: int, order: Order) -> Any:
    if order.to == POOL or (seen == case.version and case.state != State.ACCEPTED):
        raise Refused("board_move", state=case.state, platform=case.platform)
    return case_dispatch.dispatch(
        case,
        platform=order.to,
        org_id=_suggested(case, order.to),
        note=order.words,
        actor=current_actor(),
        now=now(),
        seen=seen,
    )


def _redispatch(case: Case, seen: int, order: Order) -> Any:
    if order.to == POOL or (seen == case.version and case.state != State.DISPATCHED):
        raise Refused("board_move", state=case.state, platform=case.platform)
    return case_dispatch.redispatch(
        case,
        platform=order.to,
        org_id=_suggested(case, order.to),
        reason=order.words,
        actor=current_actor(),
        now=now(),
        seen=seen,
    )


def _why(case: Case, action: Action, refused: Refused) -> str:
    """没办成的一句话：为什么、谁可以."""
    if refused.code == "board_move":
        return _not_this_way(case)
    if refused.code == "changed_meanwhile":
        return _moved_by_another(case, refused)
    if refused.code in DENIALS:
        facts = facts_of(case)
        barrier = barrier_of(action, facts, current_actor(), now())
        if barrier is not None:
            who = who_can(action, facts, office(), now(), but=current_actor().person_id)
            item = barrier_item(replace(barrier, who=who))
            return f"{item['deed']}：{item['why']}"
    return refusal_sentence(refused)


def _not_this_way(case: Case) -> str:
    """这样拖走不成：待分流的不用放回，没签收的用改派，签收了的由平台退回."""
    state, platform = case.state, platform_words(case.platform)
    if state == State.ACCEPTED:
        return _("It is waiting for dispatch already.")
    if state == State.DISPATCHED:
        return _(
            "It went to %(platform)s: until it is signed for, redispatch it.", platform=platform
        )
    who = who_can(Action.RETURN_CASE, facts_of(case), office(), now())
    if not who:
        return _("It is “%(state)s”; it can no longer be dispatched.", state=state_words(state))
    return _(
        "%(platform)s has signed for it: it has to be returned first, by %(who)s.",
        platform=platform,
        who=people_words(who),
    )


def _moved_by_another(case: Case, refused: Refused) -> str:
    """别人先办了：谁、什么时候、做了什么."""
    facts = refused.facts
    who, at = facts.get("who") or "—", moment_words(facts.get("at"))
    if facts.get("what") in WENT and case.platform:
        platform = platform_words(case.platform)
        return _("%(who)s sent it to %(platform)s at %(at)s", who=who, platform=platform, at=at)
    deed = action_words(str(facts.get("what") or ""))
    return _("%(who)s: %(what)s, %(when)s", who=who, what=deed, when=at)


def _status(outcomes: Sequence[Outcome]) -> int:
    """有一件办成就是 200；都没办成的，冲突 409、无权 403、看不见 404、别的 422."""
    codes = [one.code for one in outcomes]
    if not all(codes):
        return 200
    if "changed_meanwhile" in codes:
        return 409
    denied = DENIED if codes[0] in DENIALS else INVALID
    return STATUS.get(codes[0], denied)


def _report(order: Order, outcomes: Sequence[Outcome], action: Action) -> dict[str, Any]:
    """逐件的结果、一句总的话、这几张卡片现在的样子."""
    scene = scene_of(board_args())
    rows = board_cards(list(order.items), scene.lanes, scene.wanted, current_actor())
    here = {row.id for row in rows}
    return {
        "results": [
            {"id": one.id, "number": one.number, "code": one.code, "words": one.words}
            for one in outcomes
        ],
        "words": _summary(order, outcomes, action),
        "cards": card_data(rows, movable=True),
        "gone": [key for key in order.items if key not in here],
        **frame(scene),
    }


def _summary(order: Order, outcomes: Sequence[Outcome], action: Action) -> str:
    """总的一句：分给了谁几件，几件没有办成."""
    platform = platform_words(order.to)
    done = [one for one in outcomes if not one.code]
    if len(outcomes) == 1:
        only = outcomes[0]
        if only.code:
            return f"{only.number}：{only.words}" if only.number else only.words
        return _(f"board.one.{action}", number=only.number, platform=platform)
    words = _(f"board.many.{action}", n=len(done), platform=platform)
    failed = len(outcomes) - len(done)
    return words + (_("; %(n)s not done", n=failed) if failed else "")
