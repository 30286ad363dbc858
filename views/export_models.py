"""框架清单的导出：照那张清单的列、筛选、次序；标签化成字，日期与数照原样."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from flask_appbuilder.urltools import get_filter_args, get_order_args
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import and_
from werkzeug.datastructures import MultiDict

from app.access.export_reach import ExportReach
from app.access.scope import condition_for
from app.domain.errors import Refused
from app.services.export_sources import Listing, Query, Source
from reports.workbook import Column, Kind
from views.base_list import LIVES, OurListView
from views.export_reading import as_asked
from views.list_args import clean_list_args

DATED = (("valid_from", "In force from"), ("valid_to", "In force until"))
WIDE = frozenset({"holdings", "basis", "place", "aliases", "grids", "members", "note", "holders"})


def source_of(view: OurListView) -> Source:
    """这张清单的登记：看它要的授权照视图写的."""
    verb = view.method_permission_name["list"]
    model = view.datamodel.obj

    @contextmanager
    def read(query: Query, reach: ExportReach) -> Iterator[Listing]:
        with as_asked(query, reach.actor):
            if clean_list_args(view, MultiDict(query)) is not None:
                raise Refused("export_bad_filter")
            get_filter_args(view._filters)
            narrowed = and_(condition_for(model, reach.exporter), reach.condition(model))
            yield Listing(
                title=str(view.list_title),
                conditions="；".join(_words(view)),
                columns=tuple(_columns(view)),
                keys=lambda most: _keys(view, narrowed, most),
                rows=lambda keys: _lines(view, keys, narrowed),
            )

    return Source(
        view.export_code,
        ((view.class_permission_name, verb),),
        has_platform="platform" in model.__mapper__.columns,
        read=read,
    )


def _keys(view: OurListView, narrowed: Any, most: int) -> list[Any]:
    asked = get_order_args().get(type(view).__name__)
    column, direction = asked or view.base_order or ("", "")
    wanted = view.narrowed(view._filters)
    return view.datamodel.keys_in_order(wanted, column, direction, narrowed=narrowed, most=most)


def _spans(view: OurListView) -> tuple[tuple[str, str], ...]:
    """有起止日而清单上没有单列的，添两列真的日期."""
    return tuple(one for one in DATED if view.dated and one[0] not in view.list_columns)


def _columns(view: OurListView) -> Iterator[Column]:
    for name in view.list_columns:
        width = 30 if name in WIDE else 16
        yield Column(str(view.label_columns[name]), _kind(view, name), width)
    for _name, words in _spans(view):
        yield Column(_(words), Kind.DAY)


def _kind(view: OurListView, name: str) -> Kind:
    known = view.datamodel.list_columns
    if name not in known:
        return Kind.TEXT
    if view.datamodel.is_datetime(name):
        return Kind.MOMENT
    if view.datamodel.is_date(name):
        return Kind.DAY
    plain = view.datamodel.is_integer(name) and not hasattr(view, f"cell_{name}")
    return Kind.NUMBER if plain else Kind.TEXT


def _lines(view: OurListView, keys: Sequence[Any], narrowed: Any) -> Iterator[tuple[Any, ...]]:
    rows = view.datamodel.rows_in_order(keys, narrowed=narrowed)
    view.prepare(rows)
    extra = [name for name, _words in _spans(view)]
    for row in rows:
        shown = (_cell(view, row, name) for name in view.list_columns)
        yield (*shown, *(getattr(row, name) for name in extra))


def _cell(view: OurListView, row: Any, name: str) -> Any:
    if _kind(view, name) is not Kind.TEXT:
        return getattr(row, name)
    return plain(view.cell(row, name))


def plain(value: Any) -> Any:
    """格子里的标记化成字：标签、链接只留字，几项用顿号连，是否写成字."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Markup):
        return value.striptags()
    if isinstance(value, (list, tuple)):
        return "、".join(str(plain(one)) for one in value)
    return value if value is None or isinstance(value, date) else str(value)


def _words(view: OurListView) -> Iterator[str]:
    """已选的条件说成话：在用与已停用的页签、各列的条件."""
    if view.dated:
        yield str(dict(LIVES)[view.life()])
    for found, value in view._filters.get_filters_values():
        label = view.label_columns.get(found.column_name, found.column_name)
        yield f"{label} {found.name} {_value(view, found.column_name, value)}"


def _value(view: OurListView, column: str, value: Any) -> str:
    text = str(value[0] if isinstance(value, list) else value)
    if view.datamodel.is_relation(column):
        return str(view.datamodel.get_related_obj(column, text) or text)
    field = view.search_form.refresh()[column]
    choices = dict(getattr(field, "choices", None) or ())
    return str(choices.get(text, text))
