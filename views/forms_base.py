"""表单的底：配置表单、停用表单、每行一项的字段、从范围里挑一个的下拉."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, Regexp, ValidationError

from app.access.actor import Actor
from app.domain.errors import Refused
from views.base import today

CODE = Regexp(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,31}\Z", message=_l("Letters, digits, - and _ only."))
LONG_TEXT = 500

Choices = Sequence[tuple[str, str]]


class Needed(InputRequired):
    """必填：只有空白的也算没有填."""

    def __init__(self) -> None:
        super().__init__(_l("This has to be filled in."))

    def __call__(self, form: Any, field: Any) -> None:
        """没填就说."""
        super().__call__(form, field)
        if isinstance(field.data, str) and not field.data.strip():
            raise ValidationError(_("This has to be filled in."))


def at_most(length: int) -> Length:
    """至多几个字."""
    return Length(max=length, message=_l("At most %(max)d characters."))


def text_or_none(value: str | None) -> str | None:
    """两头的空白去掉；空的记作没有."""
    stripped = (value or "").strip()
    return stripped or None


class LinesField(TextAreaField):
    """每行一项：数据是一列字，写成几行；空行与重复的去掉."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("description", _l("One a line."))
        super().__init__(label, validators or [LinesFit()], **kwargs)

    def _value(self) -> str:
        return "\n".join(self.data or [])

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """一行一项."""
        lines = (line.strip() for line in (valuelist[0] if valuelist else "").splitlines())
        self.data = list(dict.fromkeys(line for line in lines if line))


class LinesFit:
    """每行不超过 64 个字，至多 50 行."""

    field_flags: ClassVar[dict[str, Any]] = {}

    def __call__(self, form: Any, field: LinesField) -> None:
        """太长太多就说."""
        lines = field.data or []
        if len(lines) > 50 or any(len(line) > 64 for line in lines):
            raise ValidationError(_("At most 50 lines of 64 characters."))


class PickField(SelectField):
    """挑一个：选项是（编号或代码，名称）；可空的头一项是空的，选中得 None."""

    def __init__(
        self, label: Any = None, validators: Any = None, *, blank: bool = True, **kwargs: Any
    ) -> None:
        self.allow_blank = blank
        self.blank_text = ""
        super().__init__(label, validators or [], choices=[], validate_choice=True, **kwargs)

    def offer(self, choices: Iterable[tuple[Any, str]]) -> None:
        """给出选项."""
        rows = [(str(key), words) for key, words in choices]
        first = _("Choose") if self.flags.required else _("Not chosen")
        self.choices = [("", first), *rows] if self.allow_blank else rows

    def process_data(self, value: Any) -> None:
        """行里的值写成选项的样子."""
        self.data = "" if value is None else str(value)

    def as_id(self) -> int | None:
        """选中的编号."""
        return int(self.data) if self.data else None

    def as_code(self) -> str | None:
        """选中的代码."""
        return self.data or None


class ConfigForm(FlaskForm):
    """配置表单（configuration form）.

    ``version`` 是打开时的样子，提交时不同就是别人先改了；``fixed`` 里的字段只在添时可填；
    ``ids`` 里的下拉写成编号，``codes`` 里的写成代码。
    """

    version = HiddenField()

    fixed: ClassVar[frozenset[str]] = frozenset()
    ids: ClassVar[frozenset[str]] = frozenset()
    groups: ClassVar[Sequence[tuple[Any, Sequence[str]]]] = ()
    rules: ClassVar[dict[str, str]] = {}
    """约束名 → 出错时标在哪个字段."""

    def prepare(self, row: Any, actor: Actor, day: date) -> None:
        """取好选项；改的时候去掉不能改的字段."""
        self.offer(actor, day)
        if row is not None:
            for name in self.fixed & set(self._fields):
                del self[name]

    def offer(self, actor: Actor, day: date) -> None:
        """下拉的选项；子类给出."""

    def sets(self) -> list[tuple[Any, list[Any]]]:
        """分组的字段，按 ``groups``；没有分组的一组到底."""
        shown = [n for n in self._fields if n not in ("version", "csrf_token")]
        groups = self.groups or (("", shown),)
        return [(title, [self[n] for n in names if n in self._fields]) for title, names in groups]

    def fill(self, row: Any) -> None:
        """把填的写进行里：空白记作没有，下拉换成编号."""
        for name, field in self._fields.items():
            if name in ("version", "csrf_token"):
                continue
            setattr(row, name, self.value_of(name, field))

    def value_of(self, name: str, field: Any) -> Any:
        """一个字段写进行里的值."""
        if isinstance(field, PickField):
            return field.as_id() if name in self.ids else field.as_code()
        if isinstance(field.data, str):
            return text_or_none(field.data)
        return field.data

    def complain(self, refused: Refused, words: str) -> None:
        """服务拒绝的话：认得的约束标在字段上，其余写在表单上头."""
        name = self.rules.get(str(refused.facts.get("rule", "")), "")
        if name in self._fields:
            self[name].errors = [*self[name].errors, words]
        else:
            self.form_errors.append(words)


def start_field(label: Any = None, **kwargs: Any) -> DateField:
    """起日，缺省今天."""
    return DateField(label or _l("In force from"), [Needed()], default=today, **kwargs)


def optional_date(label: Any, **kwargs: Any) -> DateField:
    """可空的日期."""
    return DateField(label, [Optional()], **kwargs)


class DeedForm(FlaskForm):
    """对一行做一件事的小表单."""

    def first_error(self) -> str:
        """头一句错."""
        for field in self:
            if field.errors:
                return f"{field.label.text}：{field.errors[0]}"
        return ""


class EndForm(DeedForm):
    """停用、结束：最后一天与理由."""

    last_day = DateField(_l("Last day"), [Needed()], default=today)
    reason = TextAreaField(_l("Reason"), [Needed(), at_most(200)])


class ExtendForm(DeedForm):
    """续任：到哪天（空为不设止日）与理由."""

    last_day = DateField(_l("New last day"), [Optional()], description=_l("Empty: until ended."))
    reason = TextAreaField(_l("Reason"), [Needed(), at_most(200)])


class ReasonForm(DeedForm):
    """只要理由."""

    reason = TextAreaField(_l("Reason"), [Needed(), at_most(200)])
