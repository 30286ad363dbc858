"""配置：十一个议事与工作机构，及其成员与任期."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload
from wtforms import SelectField

from app.queries import config_holders, config_platforms, holding_time
from models.platform import Body, BodyMember
from views.base import current_actor, today
from views.base_model import OurModelView
from views.base_scope import ScopedInterface
from views.config_members import BodyMemberView
from views.config_parts import CLAUSE, CODE, KIND, LIFE, NAME, TERM, fact, person_link, table
from views.forms_platform import BodyForm
from views.holding_time import posts_section
from views.labels import BODY_KINDS, chip, coded, joined, life_chip, link, span_words, word


class BodyView(OurModelView):
    """议事机构（body）：领导小组、工作组、联席会议、综合协调组、平台协调组."""

    datamodel = ScopedInterface(
        Body, eager=(joinedload(Body.secretariat),), choices=("kind",), named="name"
    )
    route_base = "/config/bodies"
    verb, kind, icon = "org", "body", "users-group"
    form_class = BodyForm
    list_title, add_title = _l("Bodies"), _l("Add a body")
    list_columns = ["name", "kind", "members", "secretariat", "cadence", "life"]
    order_columns = ["name", "kind"]
    search_columns = ["name", "kind"]
    search_form_extra_fields = {"kind": SelectField(KIND, choices=coded("body_kind", BODY_KINDS))}
    base_order = ("sort_no", "asc")
    label_columns = {
        "name": NAME,
        "kind": KIND,
        "members": _l("Members"),
        "secretariat": _l("Secretariat"),
        "cadence": _l("How often it meets"),
        "life": LIFE,
    }

    def prepare(self, rows: Any) -> None:
        """各机构今天的成员数，一条语句."""
        self.remember(counts=config_platforms.member_counts(rows, current_actor(), today()))

    def cell_kind(self, row: Body) -> str:
        """机构种类."""
        return word("body_kind", row.kind)

    def cell_members(self, row: Body) -> str:
        """成员几名."""
        return _("%(n)s members", n=self.remembered("counts").get(row.id, 0))

    def facts(self, row: Body) -> list[dict[str, Any]]:
        """机构的事实."""
        office = link(row.secretariat, "OrgView.show", pk=row.secretariat_id)
        return [
            fact(NAME, row.name),
            fact(KIND, word("body_kind", row.kind)),
            fact(CODE, row.code),
            fact(_l("Platform"), word("platform", row.platform)),
            fact(_l("Secretariat"), office),
            fact(_l("How often it meets"), row.cadence),
            fact(TERM, span_words(row.valid_from, row.valid_to)),
            fact(CLAUSE, row.clause),
            fact(_l("Duties"), "、".join(row.duties), wide=True),
        ]

    def sections(self, row: Body) -> Iterable[dict[str, Any]]:
        """成员：按职务列的写出今天是谁."""
        actor = current_actor()
        rows = config_platforms.members(row, actor)
        posts = [member.post for member in rows if member.post]
        held = config_holders.holders(posts, actor, today())
        may = BodyMemberView.may_change()
        add = {"label": _("Add a member"), "url": url_for("BodyMemberView.add", pk=row.id)}
        yield table(
            _("Members"),
            (
                ("function", _l("Function in the body")),
                ("post", _l("Post")),
                ("who", _l("Person")),
                ("term", TERM),
                ("life", LIFE),
            ),
            [self._member_row(row, member, held, may) for member in rows],
            icon="users",
            empty=_("No member yet."),
            actions=[{**add, "icon": "plus"}] if may else (),
        )
        if posts:
            every = list({post.id: post for post in posts}.values())
            yield posts_section(every, holding_time.of_posts([p.id for p in every], actor))

    @staticmethod
    def _member_row(
        body: Body, member: BodyMember, held: Mapping[int, Any], may: bool
    ) -> dict[str, Any]:
        leads = member.function == "LEADER"
        title = body.leader_title if leads else word("body_function", member.function)
        who = [person_link(member.person)] if member.person else []
        who += [person_link(h.person) for h in held.get(member.post_id or 0, ())]
        end = {"label": _("End"), "url": url_for("BodyMemberView.end", pk=member.id), "small": True}
        open_ = may and (member.valid_to is None or member.valid_to >= today())
        return {
            "cells": {
                "function": chip("info" if leads else "line", title),
                "post": member.post.name if member.post else "",
                "who": joined(who, "、") or chip("warn", _("Vacant")),
                "term": span_words(member.valid_from, member.valid_to),
                "life": life_chip(member, today()),
            },
            "actions": [end] if open_ else [],
        }
