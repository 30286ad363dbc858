"""表单控件：不论字段原来带什么部件，一律画成本产品的样子."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup, escape
from wtforms import Field, fields, widgets

PICK_FROM = 12
"""选项多于这个数才换成可搜索的下拉框，少的用浏览器自带的（手机上也更顺手）."""

Attrs = dict[str, Any]

_PICKER = {"%Y": "Y", "%m": "m", "%d": "d", "%H": "H", "%M": "i", "%S": "S"}


def control(field: Field, **attrs: Any) -> Markup:
    """控件（control）：把任何 WTForms 字段画成界面控件.

    ``attrs`` 覆盖字段的 ``render_kw``；出错、说明、必填的无障碍属性在这里统一加上。
    """
    merged: Attrs = {**(field.render_kw or {}), **attrs}
    described = [f"{field.id}-hint"] if field.description else []
    if field.errors:
        merged["aria-invalid"] = "true"
        described.append(f"{field.id}-error")
    if described:
        merged.setdefault("aria-describedby", " ".join(described))
    for kind, draw in _DRAWERS:
        if isinstance(field, kind):
            return Markup(draw(field, merged))  # noqa: S704 - 部件自己转义
    return _text(field, merged)


def search_control(field: Field, name: str, value: str) -> Markup:
    """筛选值（filter value）：搜索表单里一个字段的副本，名字是 ``_flt_<序号>_<列>``.

    布尔列只认 ``y``（“否”用“不等于”），画成隐藏值加一个“是”字。
    """
    if isinstance(field, fields.BooleanField):
        hidden = Markup('<input type="hidden" name="{}" value="y">').format(name)
        return hidden + Markup("<span>{}</span>").format(_("Yes"))
    twin = _twin(field, name)
    label = str(field.label.text)
    if isinstance(twin, fields.SelectFieldBase):
        twin.process_formdata([value] if value else [])
        return control(twin, **{"aria-label": label, "data-label": label})
    return control(twin, value=value, **{"aria-label": label, "data-label": label})


def _twin(field: Field, name: str) -> Any:
    """字段的副本：copy.copy 会得到未绑定字段（wtforms 改写了 __new__），所以手工复制."""
    twin = object.__new__(type(field))
    twin.__dict__.update(
        field.__dict__,
        name=name,
        id=name,
        errors=(),
        description="",
        flags=type(field.flags)(),
        render_kw=None,
    )
    return twin


def _classed(name: str, field: Field, attrs: Attrs) -> Attrs:
    extra = attrs.pop("class", "")
    bad = " is-invalid" if field.errors else ""
    return {**attrs, "class": f"{name}{bad} {extra}".strip()}


def _text(field: Field, attrs: Attrs) -> Markup:
    attrs.setdefault("autocomplete", "off")
    return Markup(widgets.TextInput()(field, **_classed("form-control", field, attrs)))  # noqa: S704


def _checkbox(field: Field, attrs: Attrs) -> str:
    return widgets.CheckboxInput()(field, **_classed("form-check-input", field, attrs))


def _radios(field: Field, attrs: Attrs) -> Markup:
    """单选组：每项一个标签，套在 radiogroup 里."""
    attrs = _classed("form-check-input", field, attrs)
    shape = Markup('<label class="form-check">{}<span class="form-check-label">{}</span></label>')
    boxes = Markup("").join(
        shape.format(Markup(widgets.RadioInput()(option, **attrs)), option.label.text)  # noqa: S704
        for option in field
    )
    label = escape(field.label.text)
    return Markup('<div role="radiogroup" aria-label="{}" id="{}">{}</div>').format(
        label, field.id, boxes
    )


def _choices(field: fields.SelectFieldBase) -> int:
    if field.has_groups():
        return sum(len(list(group)) for _name, group in field.iter_groups())
    return len(list(field.iter_choices()))


def _select(field: Any, attrs: Attrs) -> str:
    multiple = "Multiple" in type(field).__name__
    if getattr(field, "allow_blank", False) and not getattr(field, "blank_text", ""):
        field.blank_text = _("Not chosen")
    endpoint = getattr(field, "endpoint", None)
    if endpoint:
        attrs.setdefault("data-ts", endpoint)
    elif multiple or _choices(field) > PICK_FROM:
        attrs.setdefault("data-ts", "local")
    if "data-ts" in attrs:
        # tom-select 把 label 的 for 移到自己的框上，原来的 select 会没有名字
        attrs.setdefault("aria-label", str(field.label.text))
    return widgets.Select(multiple=multiple)(field, **_classed("form-select", field, attrs))


def _area(field: Field, attrs: Attrs) -> str:
    attrs.setdefault("rows", 4)
    return widgets.TextArea()(field, **_classed("form-control", field, attrs))


def _password(field: Field, attrs: Attrs) -> str:
    attrs.setdefault("autocomplete", "new-password")
    return widgets.PasswordInput()(field, **_classed("form-control", field, attrs))


def _file(field: Field, attrs: Attrs) -> str:
    multiple = isinstance(field, fields.MultipleFileField)
    return widgets.FileInput(multiple=multiple)(field, **_classed("form-control", field, attrs))


def _hidden(field: Field, attrs: Attrs) -> str:
    attrs.pop("aria-describedby", None)
    return widgets.HiddenInput()(field, **attrs)


def _picker(kind: str) -> Callable[[Any, Attrs], Markup]:
    def draw(field: Any, attrs: Attrs) -> Markup:
        attrs.setdefault("data-date", kind)
        shape = field.format[0] if isinstance(field.format, list | tuple) else field.format
        for ours, theirs in _PICKER.items():
            shape = shape.replace(ours, theirs)
        attrs.setdefault("data-format", shape)
        return _text(field, attrs)

    return draw


def _number(mode: str) -> Callable[[Any, Attrs], Markup]:
    def draw(field: Any, attrs: Attrs) -> Markup:
        attrs.setdefault("inputmode", mode)
        return _text(field, attrs)

    return draw


def _typed(widget: Any, **defaults: str) -> Callable[[Any, Attrs], str]:
    def draw(field: Any, attrs: Attrs) -> str:
        merged = {"autocomplete": "off", **defaults, **attrs}
        return str(widget(field, **_classed("form-control", field, merged)))

    return draw


class _FileLike(type):
    """FAB 的上传字段不是 FileField 的子类，只能按名字认."""

    def __instancecheck__(cls, field: object) -> bool:
        names = {"FileUploadField", "ImageUploadField"}
        return isinstance(field, fields.FileField) or type(field).__name__ in names


class _Upload(metaclass=_FileLike):
    """文件字段的统称."""


# 先窄后宽：RadioField 也是 SelectField，DateField 也是 DateTimeField。
_DRAWERS: tuple[tuple[type, Callable[[Any, Attrs], Any]], ...] = (
    (fields.BooleanField, _checkbox),
    (fields.RadioField, _radios),
    (fields.SelectFieldBase, _select),
    (fields.TextAreaField, _area),
    (fields.PasswordField, _password),
    (fields.HiddenField, _hidden),
    (_Upload, _file),
    (fields.TelField, _typed(widgets.TelInput(), inputmode="tel")),
    (fields.EmailField, _typed(widgets.EmailInput(), inputmode="email")),
    (fields.URLField, _typed(widgets.URLInput(), inputmode="url")),
    (fields.TimeField, _typed(widgets.TimeInput())),
    (fields.DateField, _picker("date")),
    (fields.DateTimeField, _picker("datetime")),
    (fields.IntegerField, _number("numeric")),
    (fields.DecimalField, _number("decimal")),
    (fields.FloatField, _number("decimal")),
)
