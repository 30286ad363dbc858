"""配置：机构，从县往下的一棵树."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Integer, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import joinedload
from wtforms import SelectField

from app.queries import config_holders, config_people
from models.people import Holding
from models.township import Org
from views.base import current_actor, today
from views.base_model import OurModelView
from views.base_scope import ScopedInterface
from views.config_parts import (
    ALIASES,
    CLAUSE,
    CODE,
    DIVISION,
    KIND,
    LIFE,
    NAME,
    NOTE,
    TERM,
    fact,
    held,
    table,
)
from views.forms_place import OrgForm
from views.labels import ORG_KINDS, coded, indented, link, span_words, word


class OrgView(OurModelView):
    """机构（org unit）：按层缩进；停用不删除，改名留旧名."""

    datamodel = ScopedInterface(
        Org,
        eager=(joinedload(Org.parent),),
        choices=("kind",),
        named="name",
        # 路径是文字，按数排才是机构的先后
        orders={"path": func.string_to_array(func.rtrim(Org.path, "."), ".").cast(ARRAY(Integer))},
    )
    route_base = "/config/orgs"
    verb, kind, icon = "org", "org", "building"
    form_class = OrgForm
    list_title, add_title = _l("Units"), _l("Add a unit")
    list_columns = ["name", "kind", "parent", "aliases", "code", "life"]
    order_columns = ["name", "code"]
    search_columns = ["name", "kind", "code"]
    search_form_extra_fields = {"kind": SelectField(KIND, choices=coded("org_kind", ORG_KINDS))}
    base_order = ("path", "asc")
    page_size = 50
    label_columns = {
        "name": NAME,
        "kind": KIND,
        "parent": _l("Belongs to"),
        "aliases": ALIASES,
        "code": CODE,
        "life": LIFE,
    }

    def cell_name(self, row: Org) -> Any:
        """按层缩进；排了序或筛选时不缩."""
        return row.name if self.is_narrowed() else indented(row.name, row.path.count(".") - 1)

    def cell_kind(self, row: Org) -> str:
        """机构种类."""
        return word("org_kind", row.kind)

    def facts(self, row: Org) -> list[dict[str, Any]]:
        """机构的事实."""
        parent = row.parent and link(row.parent, "OrgView.show", pk=row.parent_id)
        return [
            fact(NAME, row.name),
            fact(_l("Short name"), row.short_name),
            fact(KIND, word("org_kind", row.kind)),
            fact(CODE, row.code),
            fact(_l("Belongs to"), parent),
            fact(DIVISION, row.division_code),
            fact(TERM, span_words(row.valid_from, row.valid_to)),
            fact(CLAUSE, row.clause),
            fact(ALIASES, "、".join(row.aliases), wide=True),
            fact(NOTE, row.note, wide=True),
        ]

    def sections(self, row: Org) -> Iterable[dict[str, Any]]:
        """在这里任职的人、下级机构."""
        actor = current_actor()
        people = config_people.of_org(row.id, actor)
        posts = config_people.holdings_of(people, actor, today())
        yield table(
            _("People of the unit"),
            (("name", _l("Full name")), ("posts", _l("Posts and roles today"))),
            [
                {
                    "url": url_for("PersonView.show", pk=person.id),
                    "cells": {"name": person.name, "posts": "；".join(posts.get(person.id, ()))},
                }
                for person in people
            ],
            icon="users",
            empty=_("Nobody belongs to this unit."),
        )
        yield held(config_holders.at_place(Holding.org_id, row.id, actor, today()), actor)
        below = config_holders.children(row, actor, today())
        yield table(
            _("Units below"),
            (("name", NAME), ("kind", KIND)),
            [
                {
                    "url": url_for("OrgView.show", pk=child.id),
                    "cells": {"name": child.name, "kind": word("org_kind", child.kind)},
                }
                for child in below
            ],
            icon="building",
            empty=_("No unit below."),
        )
