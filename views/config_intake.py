"""配置：渠道（来件从哪里来）与事项类目."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload
from wtforms import SelectField

from app.queries import config_categories
from models.platform import Category, Channel
from views.base import current_actor, today
from views.base_model import OurModelView
from views.base_scope import ScopedInterface
from views.config_parts import CLAUSE, CODE, LIFE, NAME, TERM, fact, table
from views.forms_intake import CategoryForm, ChannelForm
from views.labels import LEVELS, chip, coded, hue_chip, indented, joined, link, span_words, word


class ChannelView(OurModelView):
    """渠道（channel）：任一渠道进来都同一编号、同一统一台账."""

    datamodel = ScopedInterface(Channel, named="name")
    route_base = "/config/channels"
    verb, kind, icon = "category", "channel", "inbox"
    dated = False
    form_class = ChannelForm
    form_template = "config/channel_form.html"
    list_title, add_title = _l("Channels"), _l("Add a channel")
    list_columns = ["name", "code", "fields", "is_enabled"]
    order_columns = ["name", "code"]
    search_columns = ["name", "code"]
    base_order = ("sort_no", "asc")
    label_columns = {
        "name": NAME,
        "code": CODE,
        "fields": _l("Its own fields"),
        "is_enabled": LIFE,
    }

    def cell_fields(self, row: Channel) -> str:
        """专属字段的名称."""
        return "、".join(entry["zh"] for entry in row.fields)

    def cell_is_enabled(self, row: Channel) -> Any:
        """开着还是关着."""
        return (
            chip("ok", _("Open (channel)"))
            if row.is_enabled
            else chip("mute", _("Closed (channel)"))
        )

    def facts(self, row: Channel) -> list[dict[str, Any]]:
        """渠道的事实."""
        return [
            fact(NAME, row.name),
            fact(CODE, row.code),
            fact(LIFE, self.cell_is_enabled(row)),
            fact(CLAUSE, row.clause),
        ]

    def sections(self, row: Channel) -> Iterable[dict[str, Any]]:
        """专属字段."""
        yield table(
            _("Its own fields"),
            (
                ("zh", NAME),
                ("code", CODE),
                ("type", _l("Kind of box")),
                ("required", _l("Required")),
                ("choices", _l("Choices")),
            ),
            [
                {
                    "cells": {
                        "zh": entry["zh"],
                        "code": entry["code"],
                        "type": word("field_type", entry["type"]),
                        "required": _("Yes") if entry.get("required") else _("No"),
                        "choices": "、".join(entry.get("choices", ())),
                    }
                }
                for entry in row.fields
            ],
            empty=_("No field of its own: only what every case has."),
        )


class CategoryView(OurModelView):
    """事项类目（category）：33 个一级类，其下小类；小类定主办平台."""

    datamodel = ScopedInterface(
        Category, eager=(joinedload(Category.org),), choices=("platform", "level"), named="name"
    )
    route_base = "/config/categories"
    verb, kind, icon = "category", "category", "tag"
    form_class = CategoryForm
    list_title, add_title = _l("Categories"), _l("Add a category")
    list_columns = ["name", "code", "platform", "org", "level", "marks", "life"]
    order_columns = ["name", "code", "level"]
    search_columns = ["name", "code", "platform", "level"]
    search_form_extra_fields = {
        "platform": SelectField(
            _l("Platform in charge"), choices=coded("platform", ("ZZ", "SJ", "ZF", "BM"))
        ),
        "level": SelectField(_l("Level"), choices=coded("level", LEVELS)),
    }
    base_order = ("code", "asc")
    page_size = 50
    label_columns = {
        "name": NAME,
        "code": CODE,
        "platform": _l("Platform in charge"),
        "org": _l("Usual unit"),
        "level": _l("Level"),
        "marks": _l("Marks"),
        "life": LIFE,
    }

    def prepare(self, rows: Any) -> None:
        """平台的简称与颜色，一条语句."""
        self.remember(platforms=config_categories.platforms(current_actor()))

    def cell_name(self, row: Category) -> Any:
        """小类缩进一层；排了序或筛选时不缩."""
        return row.name if self.is_narrowed() else indented(row.name, 1 if row.parent_id else 0)

    def cell_platform(self, row: Category) -> Any:
        """主办平台."""
        return self._platform(row.platform)

    def _platform(self, code: str) -> Any:
        found = self.remembered("platforms").get(code)
        return hue_chip(found.hue, found.short_name) if found else code

    def cell_level(self, row: Category) -> Any:
        """默认等级；一级类不写."""
        tone = {"较大": "warn", "重大": "solid-danger"}.get(row.level)
        return (chip(tone, row.level) if tone else row.level) if row.parent_id else ""

    def cell_marks(self, row: Category) -> Any:
        """敏感、事权在县."""
        marks = ((row.is_sensitive, _("Sensitive")), (row.is_county, _("Usually for the county")))
        return joined(chip("line", words) for on, words in marks if on)

    def facts(self, row: Category) -> list[dict[str, Any]]:
        """类目的事实."""
        parent = config_categories.parent_of(row, current_actor())
        above = parent and link(parent.name, "CategoryView.show", pk=parent.id)
        helpers = joined(self._platform(code) for code in row.assist_platforms)
        return [
            fact(NAME, row.name),
            fact(CODE, row.code),
            fact(_l("First-level category"), above),
            fact(_l("Platform in charge"), self.cell_platform(row)),
            fact(_l("May be assisted by"), helpers),
            fact(_l("Usual unit"), row.org and link(row.org, "OrgView.show", pk=row.org_id)),
            fact(_l("Kind of case"), word("kind", row.kind)),
            fact(_l("Level"), row.level),
            fact(_l("Marks"), self.cell_marks(row)),
            fact(_l("Days looked back for similar cases"), row.dedup_days),
            fact(TERM, span_words(row.valid_from, row.valid_to)),
            fact(CLAUSE, row.clause),
            fact(_l("Words that suggest it"), "、".join(row.words), wide=True),
        ]

    def sections(self, row: Category) -> Iterable[dict[str, Any]]:
        """一级类下的小类."""
        if row.parent_id is not None:
            return
        yield table(
            _("Subcategories"),
            (("name", NAME), ("code", CODE), ("level", _l("Level"))),
            [
                {
                    "url": url_for("CategoryView.show", pk=leaf.id),
                    "cells": {"name": leaf.name, "code": leaf.code, "level": leaf.level},
                }
                for leaf in config_categories.leaves(row, current_actor(), today())
            ],
            icon="tag",
            empty=_("No leaf yet: nothing can be filed here."),
        )
