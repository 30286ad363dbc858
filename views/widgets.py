"""界面部件：列表的筛选条，和只装一行的远程下拉."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from flask_appbuilder.fields import QuerySelectField
from flask_appbuilder.widgets import SearchWidget


class UiSearchWidget(SearchWidget):
    """筛选条（search widget）：只交出列名、条件名与已选条件.

    原部件会把每个搜索字段画一遍（连同整张关联表）；这里一个也不画，由
    ``widgets/search.html`` 用 ``search_control`` 画已选的与待选的。
    已选条件为 ``(列, 条件序号, 值)``。
    """

    def __call__(self, **kwargs: Any) -> str:
        """画出筛选条."""
        operators = self.filters.get_search_filters()
        columns = [c for c in self.template_args["include_cols"] if c in operators]
        form = self.template_args["form"]
        names = {c: [str(f.name) for f in operators[c]] for c in columns}
        kwargs.update(
            include_cols=columns,
            label_columns={c: str(form[c].label.text) for c in columns},
            search_filters=names,
            active_filters=list(self._active(names)),
        )
        return super(SearchWidget, self).__call__(**kwargs)

    def _active(self, names: dict[str, list[str]]) -> Iterator[tuple[str, int, str]]:
        for column, operator, value in self.filters.get_filters_values_tojson():
            if str(operator) not in names.get(column, ()):
                continue
            for one in value if isinstance(value, list) else [value]:
                yield column, names[column].index(str(operator)), one


class RemoteSelectField(QuerySelectField):
    """远程下拉（remote select）：只画已选的一行，其余由 ``endpoint`` 按字查.

    ``get_one(pk)`` 按同样的范围取一行，取不到即为越权或不存在，校验不通过。
    """

    def __init__(
        self,
        *args: Any,
        get_one: Callable[[str], Any],
        endpoint: str,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("query_func", list)
        super().__init__(*args, **kwargs)
        self.get_one = get_one
        self.endpoint = endpoint

    def iter_choices(self) -> Iterator[tuple[str, Any, bool, dict[str, str]]]:
        """空项（可空时）与已选的一行."""
        if self.allow_blank:
            yield ("", "", self.data is None, {})
        for pk, row in self._get_object_list():
            yield (pk, self.get_label(row), row == self.data, {})

    def process_formdata(self, valuelist: list[str]) -> None:
        """空串即未选：远程下拉的空项不是 ``__None``."""
        blank = self.allow_blank and valuelist == [""]
        super().process_formdata(["__None"] if blank else valuelist)

    def _get_object_list(self) -> list[tuple[str, Any]]:
        row = self.get_one(self._formdata) if self._formdata else self._data
        return [(str(self.get_pk_func(row)), row)] if row is not None else []
