"""分流看板：待分流与各平台并排；一屏不到十条语句，每三秒问一次有没有变."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import abort, jsonify, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from sqlalchemy.engine import Row

from app.queries.case_board import (
    MOST_CHANGES,
    POOL,
    TOP,
    Change,
    Lane,
    board_cards,
    board_rows,
    board_version,
    changes_since,
    lanes_of,
)
from views.base import OurView, current_actor, may
from views.board_args import board_args, conditions, filter_form, list_url, tabs
from views.board_cards import Scene, cards_of, draw, may_move, next_token, targets
from views.board_words import script_words
from views.case_common import names
from views.case_list_args import ListArgs, bad_words, board_query
from views.case_words import action_words

MOST_SHOWN = 1000
"""一次至多问几张卡片."""


def own_lanes() -> tuple[Lane, ...]:
    """这个人的各列."""
    return lanes_of(current_actor(), list(names().platforms))


def scene_of(args: ListArgs) -> Scene:
    """这个人、这些条件的看板."""
    return Scene(args, own_lanes())


def card_data(rows: Sequence[Row[Any]], *, movable: bool) -> list[dict[str, Any]]:
    """画好的卡片，给脚本换上去."""
    return [
        {
            "id": one["id"],
            "lane": one["lane"],
            "version": one["version"],
            "due": one["due_key"],
            "html": draw("card", one, movable),
        }
        for one in cards_of(rows)
    ]


def frame(scene: Scene) -> dict[str, Any]:
    """列首与页签，件数变了就换."""
    heads = {code: draw("head", head) for code, head in scene.heads().items()}
    left = {lane.code: scene.counts.of(lane.code, mark=scene.args.mark) for lane in scene.lanes}
    return {
        "heads": heads,
        "left": left,
        "tabs": draw("tabs", tabs(scene.args, scene.counts)),
        "waiting": None if scene.is_narrowed else scene.counts.of(POOL),
    }


class BoardView(OurView):
    """分流看板（看）：能查阅案件的都进得来，看到的是各自的列."""

    route_base = "/board"
    class_permission_name = "case"
    method_permission_name: Mapping[str, str] = dict.fromkeys(("board", "lane", "changes"), "read")
    default_view = "board"

    @expose("/", methods=["GET"])
    @has_access
    def board(self) -> Any:
        """看板：各列前 20 件；坏掉的参数略去并说明."""
        actor, args = current_actor(), board_args()
        version = board_version(actor.township_id)
        scene = scene_of(args)
        rows = board_rows(scene.shown(), scene.wanted)
        heads = scene.heads()
        lanes = [
            {**heads[code], "cards": cards_of(found[:TOP]), "next": next_token(found)}
            for code, found in rows.items()
        ]
        query = board_query(args)
        return self.render_template(
            "board/board.html",
            title=_("Dispatch board"),
            args=args,
            tabs=tabs(args, scene.counts),
            conditions=conditions(args),
            clear_url=url_for(".board") if scene.is_narrowed else None,
            keep={"mark": args.mark} if args.mark else {},
            form=filter_form(args),
            lanes=lanes,
            targets=targets(),
            movable=may_move(actor),
            may_add=may(actor, "case", "draft"),
            narrowed=scene.is_narrowed,
            list_url=list_url(args),
            bad=bad_words(args.bad),
            version=version,
            words=script_words(),
            urls={
                "changes": url_for(".changes", **query),
                "lane": url_for(".lane", **query),
                "move": url_for("BoardMoveView.move", **query),
                "redo": url_for("BoardMoveView.redo", **query),
            },
            pool=POOL,
        )

    @expose("/lane", methods=["GET"])
    @has_access
    def lane(self) -> Any:
        """一列再往后的 20 件（键集），JSON."""
        args = board_args("lane")
        wanted = request.args.get("lane", POOL)
        lanes = [one for one in own_lanes() if one.code == wanted]
        if not lanes and wanted != POOL:
            abort(404)
        rows = board_rows(lanes, args.wanted(), args.cursor).get(wanted, [])
        cards = card_data(rows[:TOP], movable=may_move(current_actor()))
        return jsonify(cards=cards, next=next_token(rows))

    @expose("/changes", methods=["GET"])
    @has_access
    def changes(self) -> Any:
        """有没有变：没变只问一条语句，答 204；变了给出动过的卡片、列首、页签."""
        actor = current_actor()
        since, version = _whole("since"), board_version(actor.township_id)
        if since is None:
            return jsonify(version=version)
        if since == version:
            return "", 204
        found = changes_since(actor.township_id, since)
        if since > version or len(found) > MOST_CHANGES:
            return jsonify(version=version, reload=True)
        news = _news(found, board_args("since", "shown"), self._shown())
        return jsonify(version=version, **news)

    @staticmethod
    def _shown() -> set[int]:
        """脚本说它现在摆着的卡片."""
        texts = request.args.get("shown", "").split(",")[:MOST_SHOWN]
        return {int(one) for one in texts if one.isascii() and one.isdigit() and len(one) < 16}


def _whole(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _news(found: Sequence[Change], args: ListArgs, shown: set[int]) -> dict[str, Any]:
    """动过的卡片；摆着的里有哪些不再归这里；各是谁做了什么."""
    scene = scene_of(args)
    moved = {one.case_id: one for one in found}
    rows = board_cards(list(moved), scene.lanes, scene.wanted, current_actor())
    here = {row.id for row in rows}
    gone = sorted((set(moved) & shown) - here)
    words = {
        key: _("%(who)s: %(deed)s", who=moved[key].who, deed=action_words(moved[key].action))
        for key in here | set(gone)
    }
    cards = card_data(rows, movable=may_move(current_actor()))
    return {"cards": cards, "gone": gone, "words": words, **frame(scene)}
