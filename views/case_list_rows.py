"""清单的筛选表单与各行：看得到多少写多少，期限写成标签."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.engine import Row
from wtforms import DateField, SelectField, SelectMultipleField, StringField

from app.access.subject import Subject
from app.access.visibility import Sight, capped, sight
from app.domain.case_choices import Card
from app.domain.case_states import FINALS, Level, State
from app.queries.case_conditions import FLAGS, UNSET
from views.base import current_actor
from views.case_clocks import deadline, unit_of
from views.case_common import masked_text, moment_words, names, platform_chip, state_words
from views.case_forms.choices import category_groups
from views.case_list_args import BYS, ListArgs
from views.case_sheet import flags, level_one


class FilterForm(FlaskForm):
    """更多条件：一项之内任一，各项之间同时."""

    class Meta:
        csrf = False

    state = SelectMultipleField()
    platform = SelectMultipleField()
    level = SelectMultipleField()
    village = SelectMultipleField()
    grid = SelectMultipleField()
    channel = SelectMultipleField()
    category = SelectMultipleField()
    card = SelectMultipleField()
    org = SelectMultipleField()
    flag = SelectMultipleField()
    by = SelectField()
    since = DateField()
    until = DateField()
    q = StringField()

    def fill(self, args: ListArgs) -> None:
        """选项与已选的."""
        known = names()
        self.state.choices = [(str(one), state_words(one)) for one in State if one != "DRAFT"]
        self.platform.choices = [(one.code, one.short) for one in known.platforms.values()]
        self.level.choices = [(str(one), _(f"level.{one}")) for one in Level]
        self.village.choices = [(str(key), name) for key, name in known.villages.items()]
        self.grid.choices = [
            *((str(key), name) for key, name in known.grids.items()),
            (str(UNSET), _("no grid yet")),
        ]
        self.channel.choices = list(known.channels.items())
        self.category.choices = category_groups()
        self.card.choices = [(str(one), _(f"card.{one}")) for one in Card]
        self.org.choices = [(str(key), name) for key, name in known.orgs.items()]
        self.flag.choices = [(one, _(f"case_flag.{one}")) for one in FLAGS]
        self.by.choices = [(one, _(f"case_by.{one}")) for one in BYS]
        given = args.query()
        for one in self:
            one.label.text = _(f"filter.{one.short_name}")
            value = given.get(one.short_name)
            if isinstance(one, SelectMultipleField):
                one.data = [str(item) for item in value or ()]
            elif isinstance(one, DateField | SelectField):
                one.data = getattr(args, one.short_name)
            else:
                one.data = value or ""


def category_words(key: int) -> str:
    """类目的名字；``UNSET`` 是还没有定的."""
    found = names().category(key)
    return found.name if found else _("category not set")


def row_of(row: Row[Any]) -> dict[str, Any]:
    """一行要的东西；看不到的不交给模板."""
    seen = sight_of_row(row)
    category = names().category(row.category_id)
    veiled = seen < Sight.MASKED
    return {
        "id": row.id,
        "url": url_for("CaseView.show", case_id=row.id),
        "number": row.number or _("draft"),
        "title": _title(row, seen, level_one(category)),
        "flags": flags(row),
        "state": row.state,
        "level": row.level,
        "due": deadline_of_row(row),
        "place": "" if veiled else _place(row, full=seen is Sight.FULL),
        "channel": "" if veiled else names().channels.get(row.channel, row.channel),
        "platform": platform_chip(row.platform),
        "reported": moment_words(row.reported_at or row.created_at),
        "is_full": seen is Sight.FULL,
    }


def title_of(row: Row[Any]) -> str:
    """一行的事由，看得到多少写多少；行须带判脱敏的几样."""
    return _title(row, sight_of_row(row), level_one(names().category(row.category_id)))


def sight_of_row(row: Row[Any]) -> Sight:
    """这一行看得到多少：清单里的行都在范围内，只判脱敏与敏感."""
    actor = current_actor()
    subject = Subject(
        kind="case",
        township_id=actor.township_id,
        platform=row.platform,
        platforms=frozenset({row.platform} if row.platform else ()),
        org_ids=frozenset({row.org_id} if row.org_id else ()),
        grid_id=row.grid_id,
        village_id=row.village_id,
        point_village_id=row.point_village_id,
        reporter_id=row.registrar_id,
        lead_person_id=row.lead_person_id,
        handler_id=row.handler_id,
        state=row.state,
        case_kind=row.kind,
        is_sensitive=row.is_sensitive,
    )
    found = sight(actor, subject)
    if found is Sight.NONE:
        # 协办、曾经派到的行靠交办表进范围，这里没有那些事实；敏感件从严
        found = Sight.NUMBER if row.is_sensitive else Sight.FULL
    return capped(found, actor, sensitive=row.is_sensitive)


def _title(row: Row[Any], seen: Sight, top: str) -> str:
    if seen is Sight.FULL:
        return row.title
    if seen is Sight.MASKED:
        return masked_text(row.title)
    return _("Sensitive: %(words)s", words=top or _("no category yet"))


def _place(row: Row[Any], *, full: bool) -> str:
    known = names()
    if not full:
        return known.villages.get(row.village_id or 0, "")
    where = known.place(row.village_id, row.grid_id)
    return where or row.place


def deadline_of_row(row: Row[Any]) -> dict[str, Any] | None:
    """期限标签；终态与草稿没有."""
    if row.state in FINALS or row.state == State.DRAFT:
        return None
    if row.state == State.ESCALATED:
        return {"words": _("At the county"), "tone": "mute", "icon": "arrow-right"}
    return deadline(row.due_at, unit_of(row.state, row.level, row.kind))
