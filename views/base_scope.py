"""范围接口：框架的每一次查询都先过数据范围，关联列表与下拉也一样."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_appbuilder.models.filters import BaseFilter, Filters
from flask_appbuilder.models.sqla import filters as fab
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Query

from app.access.scope import condition_for
from models.people import Person
from views.base import current_actor, today

COUNT_CAP = 10_000


class FilterNameOrAlias(fab.FilterContains):
    """名称或曾用名含有（别名都能搜到同一机构）."""

    name = _l("Contains")
    arg_name = "name_or_alias"

    def apply(self, query: Query[Any], value: str) -> Query[Any]:
        """名称、简称或任一别名里有这几个字."""
        like = f"%{_plain(value)}%"
        model = self.model
        parts = [getattr(model, self.column_name).ilike(like)]
        if hasattr(model, "aliases"):
            parts.append(func.array_to_string(model.aliases, " ").ilike(like))
        if hasattr(model, "short_name"):
            parts.append(model.short_name.ilike(like))
        return query.filter(or_(*parts))


class FilterIs(fab.FilterEqual):
    """是."""

    name = _l("Is")
    arg_name = "is"


class FilterIsNot(fab.FilterNotEqual):
    """不是."""

    name = _l("Is not")
    arg_name = "is_not"


class FilterHas(fab.FilterContains):
    """含有."""

    name = _l("Contains")
    arg_name = "has"

    def apply(self, query: Query[Any], value: str) -> Query[Any]:
        """这一列里有这几个字；百分号按字面看."""
        column = getattr(self.model, self.column_name)
        return query.filter(column.ilike(f"%{_plain(value)}%"))


class FilterListHas(FilterHas):
    """几项之一含有（数组列）."""

    arg_name = "list_has"

    def apply(self, query: Query[Any], value: str) -> Query[Any]:
        """数组里有一项含有这几个字."""
        column = func.array_to_string(getattr(self.model, self.column_name), " ")
        return query.filter(column.ilike(f"%{_plain(value)}%"))


class FilterPerson(FilterHas):
    """人的姓名含有；模型须有 ``person_id``."""

    arg_name = "person_name"

    def apply(self, query: Query[Any], value: str) -> Query[Any]:
        """姓名里有这几个字的人."""
        named = select(Person.id).where(Person.name.contains(value.strip(), autoescape=True))
        return query.filter(self.model.person_id.in_(named))


class FilterRelated(fab.FilterRelationOneToManyEqual):
    """关联的是."""

    name = _l("Is")


class FilterLife(BaseFilter):
    """在用、已停用：按起止日与今天比."""

    name = _l("In force")
    arg_name = "life"

    def apply(self, query: Query[Any], value: str) -> Query[Any]:
        """``ended`` 为已停用，``now`` 为今天在用或以后才起用的."""
        over = self.model.valid_to < today()
        kept = or_(self.model.valid_to.is_(None), ~over)
        return query.filter(over if value == "ended" else kept)


def _plain(value: str) -> str:
    return value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


class _Converter(fab.SQLAFilterConverter):
    """每类列只给用得上的几个条件，顺序即地址里的序号."""

    conversion_table = (
        ("is_choice", [FilterIs, FilterIsNot]),
        ("is_array", [FilterListHas]),
        ("is_relation_many_to_one", [FilterRelated]),
        ("is_text", [FilterHas, FilterIs]),
        ("is_string", [FilterHas, FilterIs]),
        ("is_boolean", [fab.FilterEqual, fab.FilterNotEqual]),
        ("is_integer", [FilterIs]),
        ("is_date", [fab.FilterGreater, fab.FilterSmaller, fab.FilterEqual]),
    )

    def convert(self, col_name: str) -> list[BaseFilter] | None:
        """这一列有哪些条件；用不上的列没有."""
        if col_name in self.datamodel.special:
            return [item(col_name, self.datamodel) for item in self.datamodel.special[col_name]]
        for test, found in self.conversion_table:
            if getattr(self.datamodel, test)(col_name):
                return [item(col_name, self.datamodel) for item in found]
        return None


class ScopedInterface(SQLAInterface):
    """范围接口（scoped interface）：每条查询都加上 ``condition_for(模型, 操作人)``.

    ``eager`` 为随行装入的关系（免得一行一查）；``choices`` 为取固定几个代码的列；
    ``named`` 为连别名一起搜的列；``special`` 为另有条件的列（可以不是模型的列，如“姓名或登录名”）；
    ``orders`` 为另有排法的列。
    """

    filter_converter_class = _Converter

    def __init__(
        self,
        obj: type[Any],
        session: Any = None,
        *,
        eager: Sequence[Any] = (),
        choices: Iterable[str] = (),
        named: str = "",
        orders: Mapping[str, Any] | None = None,
        special: Mapping[str, Sequence[type[BaseFilter]]] | None = None,
    ) -> None:
        self.eager = tuple(eager)
        self.choices = frozenset(choices)
        self.orders = dict(orders or {})
        self.special = {**({named: [FilterNameOrAlias]} if named else {}), **(special or {})}
        super().__init__(obj, session)

    def get_columns_list(self) -> list[str]:
        """模型的列，连同另有条件的虚列."""
        found: list[str] = super().get_columns_list()
        return [*found, *(name for name in self.special if name not in found)]

    def get_search_columns_list(self) -> list[str]:
        """缺省能搜的列：不含虚列（要搜的写在视图的 ``search_columns`` 里）."""
        every = super().get_columns_list()
        return [name for name in every if name in self.list_columns or self.is_relation(name)]

    def is_choice(self, col_name: str) -> bool:
        """取固定几个代码的列."""
        return col_name in self.choices

    def is_array(self, col_name: str) -> bool:
        """数组列."""
        column = self.list_columns.get(col_name)
        return column is not None and type(column.type).__name__ == "ARRAY"

    def scoped(self, query: Query[Any]) -> Query[Any]:
        """加上数据范围；没有登记范围的模型在这里就报错."""
        return query.filter(condition_for(self.obj, current_actor()))

    def apply_all(self, query: Query[Any], *args: Any, **kwargs: Any) -> Query[Any]:
        """清单、单行、下拉都从这里过."""
        return super().apply_all(self.scoped(query).options(*self.eager), *args, **kwargs)

    def apply_order_by(
        self, query: Query[Any], order_column: str, order_direction: str, **kwargs: Any
    ) -> Query[Any]:
        """另有排法的列照那个排，其余照框架的."""
        if order_column not in self.orders:
            return super().apply_order_by(query, order_column, order_direction, **kwargs)
        key = self.orders[order_column]
        ordered = key.desc() if order_direction == "desc" else key.asc()
        return query.order_by(ordered, self.get_pk())

    def query(
        self,
        filters: Filters | None = None,
        order_column: str = "",
        order_direction: str = "",
        page: int | None = None,
        page_size: int | None = None,
        **kwargs: Any,
    ) -> tuple[int, list[Any]]:
        """一页与条数；不分页的（下拉的选项）取来的就是全部，不必另数."""
        if page_size:
            return super().query(  # type: ignore[no-any-return]
                filters, order_column, order_direction, page, page_size, **kwargs
            )
        rows = self.apply_all(
            self.session.query(self.obj), filters, order_column, order_direction, **kwargs
        ).all()
        return len(rows), rows

    def query_count(
        self,
        query: Query[Any],
        filters: Filters | None = None,
        select_columns: list[str] | None = None,
    ) -> int:
        """条数，数到上限为止（大表不整表数）."""
        rows = self._apply_inner_all(self.scoped(query), filters, aliases_mapping={})
        inner = rows.with_entities(self.get_pk()).order_by(None).limit(COUNT_CAP + 1).subquery()
        found: int = self.session.execute(select(func.count()).select_from(inner)).scalar_one()
        return found

    def keys_in_order(
        self,
        filters: Filters | None,
        order_column: str,
        order_direction: str,
        *,
        narrowed: Any,
        most: int,
    ) -> list[Any]:
        """照清单的筛选与次序取主键，至多 ``most`` 个；一条语句，供导出."""
        rows = self._apply_inner_all(
            self.scoped(self.session.query(self.obj)).filter(narrowed),
            filters,
            order_column,
            order_direction,
            aliases_mapping={},
        )
        return [row[0] for row in rows.with_entities(self.get_pk()).limit(most).yield_per(1000)]

    def rows_in_order(self, keys: Sequence[Any], *, narrowed: Any) -> list[Any]:
        """这几行，照主键的次序，随行的关系一并装入；此刻不在范围里的略去."""
        query = self.scoped(self.session.query(self.obj)).filter(narrowed)
        rows = query.options(*self.eager).filter(self.get_pk().in_(keys)).all()
        found = dict(zip(self.get_keys(rows), rows, strict=True))
        return [found[key] for key in keys if key in found]

    def _get_base_query(self, query: Query[Any], *args: Any, **kwargs: Any) -> Query[Any]:
        return super()._get_base_query(self.scoped(query), *args, **kwargs)

    def get_related_obj(self, col_name: str, value: Any) -> Any:
        """筛选里选的关联行；不在范围内与不存在一样."""
        return self.get_related_interface(col_name).get(value)
