"""清单：筛选、排序、翻页，建在框架的 ModelView 上；一页几条语句与行数无关."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import g, has_request_context, redirect, request, url_for
from flask_appbuilder import ModelView, expose
from flask_appbuilder.forms import DynamicForm
from flask_appbuilder.models.filters import Filters
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from views.base import OurView, today
from views.base_scope import COUNT_CAP, FilterLife
from views.labels import life_chip
from views.list_args import clean_list_args
from views.widgets import UiSearchWidget

LIVES = (("now", _l("In use")), ("ended", _l("Ended")), ("all", _l("All")))


class ListSearch(UiSearchWidget):
    """清单的筛选条：头一个是常搜的那一列，框一直在；在用与已停用的页签带着走."""

    template = "config/_search.html"


class OurListView(OurView, ModelView):
    """清单（list view）：子类给 ``datamodel``、``list_columns``、``cell_<列>``.

    ``dated`` 为有起止日的；``quick`` 为常搜的那一列（须在 ``search_columns`` 里）。
    只有清单一条路；查看、添、改、停用见 views.base_model。不提供删除。
    """

    exclude_route_methods = {"show", "add", "edit", "delete", "download", "action", "action_post"}
    dated = False
    search_widget = ListSearch
    quick = "name"
    list_template = "config/list.html"
    page_size = 25

    def _init_forms(self) -> None:
        """添与改用自己的表单，框架不必再造."""
        self.add_form = self.edit_form = DynamicForm
        super()._init_forms()

    @property
    def _filters(self) -> Filters:
        """筛选条件：一次请求一份，不放在各线程共用的视图上（#2366）."""
        if not has_request_context():
            return self._filters_at_rest
        kept: dict[str, Filters] = g.setdefault("view_filters", {})
        name = type(self).__name__
        if name not in kept:
            kept[name] = self.datamodel.get_filters(self.search_columns)
        return kept[name]

    @_filters.setter
    def _filters(self, value: Filters) -> None:
        self._filters_at_rest = value

    @expose("/list/")
    @has_access
    def list(self) -> Any:
        """清单：筛选、排序、翻页；坏掉的地址参数去掉再来."""
        better = clean_list_args(self, request.args)
        if better is not None:
            return redirect(better)
        return self.page(self.list_template, title=self.list_title, widgets=self._list())

    def _get_search_widget(self, **kwargs: Any) -> dict[str, Any]:
        found: dict[str, Any] = super()._get_search_widget(**kwargs)
        found["search"].template_args.update(quick=self.quick, life=request.args.get("life", ""))
        return found

    def _get_list_widget(
        self,
        filters: Filters,
        actions: Any = None,
        order_column: str = "",
        order_direction: str = "",
        page: int | None = None,
        page_size: int | None = None,
        widgets: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        if not order_column and self.base_order:
            order_column, order_direction = self.base_order
        joined = self.narrowed(filters)
        size = min(page_size or self.page_size, 100)
        count, rows = self.datamodel.query(
            joined, order_column, order_direction, page=page, page_size=size
        )
        self.prepare(rows)
        shown = self.list_widget(
            label_columns=self.label_columns,
            include_columns=self.list_columns,
            value_columns=[{c: self.cell(row, c) for c in self.list_columns} for row in rows],
            order_columns=self.order_columns,
            formatters_columns={},
            page=page,
            page_size=size,
            count=min(count, COUNT_CAP),
            pks=self.datamodel.get_keys(rows),
            actions={},
            filters=filters,
            modelview_name=type(self).__name__,
            **kwargs,
        )
        return {**(widgets or {}), "list": shown}

    def narrowed(self, filters: Filters) -> Filters:
        """已选的条件，连同在用、已停用的页签."""
        joined: Filters = filters.get_joined_filters(self._base_filters)
        if self.dated and self.life() != "all":
            joined.add_filter(self.datamodel.get_pk_name(), FilterLife, self.life())
        return joined

    @property
    def export_code(self) -> str:
        """导出时这张清单的代码."""
        return type(self).__name__

    def life(self) -> str:
        """看在用的、已停用的，还是全部."""
        asked = request.args.get("life", "now")
        return asked if asked in ("now", "ended", "all") else "now"

    def life_tabs(self) -> Sequence[dict[str, Any]]:
        """在用、已停用、全部三个页签."""
        if not self.dated:
            return ()
        kept = {k: v for k, v in request.args.items(multi=True) if k.startswith("_flt_")}
        return [
            {
                "label": words,
                "url": url_for(f".{self.list.__name__}", **{**kept, "life": code}),
                "on": code == self.life(),
            }
            for code, words in LIVES
        ]

    def crumbs(self, row: Any = None) -> list[dict[str, Any]]:
        """面包屑：配置 / 这一类 / 这一个."""
        found = [{"label": _("Configuration"), "url": url_for("ConfigHomeView.index")}]
        if request.endpoint != f"{type(self).__name__}.list":
            found.append({"label": self.list_title, "url": url_for(".list")})
        if row is not None and not request.path.startswith(f"{self.route_base}/show/"):
            key = self.datamodel.get_pk_value(row)
            found.append({"label": str(row), "url": url_for(".show", pk=key)})
        return found

    def head_actions(self) -> list[dict[str, Any]]:
        """清单右上的按钮；缺省没有."""
        return []

    def is_narrowed(self) -> bool:
        """清单经过筛选或另排了次序（树就不缩进）."""
        return any(key.startswith(("_flt_", "_oc_")) for key in request.args)

    def remember(self, **things: Any) -> None:
        """这次请求里记下整页一起取的东西."""
        kept = g.setdefault("view_kept", {})
        kept.setdefault(type(self).__name__, {}).update(things)

    def remembered(self, name: str) -> Any:
        """这次请求里记下的东西；没有记过为空字典."""
        return g.get("view_kept", {}).get(type(self).__name__, {}).get(name, {})

    def prepare(self, rows: Sequence[Any]) -> None:
        """整页的行一起取的东西（一条语句，免得一行一查）；缺省没有."""

    def cell(self, row: Any, column: str) -> Any:
        """一格：有 ``cell_<列>`` 就用它，否则照列的值."""
        own = getattr(self, f"cell_{column}", None)
        return own(row) if own else self.datamodel._get_attr_value(row, column)

    def cell_life(self, row: Any) -> Any:
        """起止与是否在用."""
        return life_chip(row, today())

    def page(self, template: str, **context: Any) -> Any:
        """画一页，带上本界面的名字与位置."""
        return self.render_template(template, view=self, **context)
