"""各步表单用的框：时刻、日子、附件、挑一个、勾几项、勾几个平台各写任务."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, DateTimeField, Field, SelectField, SelectMultipleField
from wtforms.validators import Optional, ValidationError

from app.domain.working_time import SHANGHAI
from views.file_ids import file_ids
from views.forms_base import Needed

MOMENT = "%Y-%m-%d %H:%M"
TASK_MOST = 200


class MomentField(DateTimeField):
    """时刻：按当地时间填写与显示，数据是带时区的时刻."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("format", [MOMENT, "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S"])
        super().__init__(label, validators or [Optional()], **kwargs)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """读出的时刻当作当地时间."""
        super().process_formdata(valuelist)
        if self.data is not None and self.data.tzinfo is None:
            self.data = self.data.replace(tzinfo=SHANGHAI)

    def process_data(self, value: Any) -> None:
        """已有的时刻先化成当地时间再写."""
        super().process_data(value.astimezone(SHANGHAI) if isinstance(value, datetime) else value)


class FilesField(Field):
    """附件：数据是编号的列表；文件早已逐个传上来."""

    def __init__(self, label: Any = None, validators: Any = (), **kwargs: Any) -> None:
        super().__init__(label or _l("Attachments"), validators, **kwargs)
        self.data: list[int] = []

    def process_data(self, value: Any) -> None:
        """没有填过就是空的."""
        self.data = list(value or [])

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """不是编号的略去."""
        self.data = file_ids(valuelist)


class TicksField(SelectMultipleField):
    """勾几项：不在选项里的说清楚；数据是一列值."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """不合型的当作不在选项里."""
        try:
            self.data = [self.coerce(value) for value in valuelist]
        except ValueError as fault:
            raise ValueError(_("Choose one of the list.")) from fault

    def pre_validate(self, form: Any) -> None:
        """勾的须在选项里."""
        known = {self.coerce(value) for value, *_rest in self.iter_choices()}
        if set(self.data or ()) - known:
            raise ValidationError(_("Choose one of the list."))


class TasksField(Field):
    """勾几个平台，各写一句任务：数据是 平台 → 任务."""

    def __init__(self, label: Any = None, validators: Any = (), **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.choices: Sequence[tuple[str, str]] = ()
        self.data: dict[str, str] = {}

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """勾了的才算；没勾而写了字的不算."""
        self.process_errors = []
        self.errors = []
        self.data = dict(data) if isinstance(data, dict) else {}
        if formdata is not None:
            ticked = formdata.getlist(self.name)
            self.data = {code: formdata.get(f"{self.name}-{code}", "").strip() for code in ticked}

    def rows(self) -> list[dict[str, Any]]:
        """各平台一行，给模板画."""
        return [
            {"code": code, "label": label, "on": code in self.data, "task": self.data.get(code, "")}
            for code, label in self.choices
        ]

    def pre_validate(self, form: Any) -> None:
        """勾的须是选项，任务须写、不太长."""
        if set(self.data) - {code for code, _label in self.choices}:
            raise ValidationError(_("Choose one of the list."))
        if any(not task for task in self.data.values()):
            raise ValidationError(_("Write the task of each one that is ticked."))
        if any(len(task) > TASK_MOST for task in self.data.values()):
            raise ValidationError(_("At most %(max)d characters.") % {"max": TASK_MOST})


class DayField(DateField):
    """日子."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators or [Needed()], **kwargs)


class ChoiceField(SelectField):
    """挑一个：选项是（值，字，附加属性）；空值得 None."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        choices, inner = kwargs.pop("choices", []), kwargs.pop("coerce", str)
        kwargs["coerce"] = lambda value: None if value in (None, "") else inner(value)
        super().__init__(label, validators or [], **kwargs)
        self.choices = choices

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """空串记作没有选；不合型的当作不在选项里."""
        try:
            self.data = self.coerce(valuelist[0]) if valuelist and valuelist[0] else None
        except ValueError as fault:
            raise ValueError(_("Choose one of the list.")) from fault

    def pre_validate(self, form: Any) -> None:
        """没有选的由必填去管；选了的须在选项里."""
        if self.data is None:
            return
        found = {self.coerce(value) for value, *_rest in self.iter_choices() if value}
        if self.data not in found:
            raise ValidationError(_("Choose one of the list."))
