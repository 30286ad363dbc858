"""渠道、类目、工作日历的表单."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    Form,
    FormField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import NumberRange, Optional, ValidationError

from app.access.actor import Actor
from app.queries import config_choices
from views.forms_base import (
    CODE,
    ConfigForm,
    LinesField,
    Needed,
    PickField,
    at_most,
    start_field,
)
from views.labels import CASE_KINDS, FIELD_TYPES, LEVELS, coded

SPARE = 3
MOST_FIELDS = 20
FIXED_CODE = _l("Cannot be changed afterwards.")


class ChannelFieldForm(Form):
    """渠道的一个专属字段；四格都空的当作没有."""

    code = StringField(_l("Code"), [Optional(), CODE])
    zh = StringField(_l("Name"), [at_most(32)])
    type = SelectField(_l("Kind of box"), choices=coded("field_type", FIELD_TYPES))
    required = BooleanField(_l("Required"))
    choices = StringField(_l("Choices"), [at_most(200)])

    def validate_zh(self, field: Any) -> None:
        """代码与名称要写就都写；选择的须有选项."""
        if bool(self.code.data) != bool((field.data or "").strip()):
            raise ValidationError(_("Write both the code and the name."))
        if self.type.data == "choice" and self.code.data and not (self.choices.data or "").strip():
            raise ValidationError(_("A choice needs its choices, with 、 between them."))


class ChannelForm(ConfigForm):
    """渠道的表单，连同它的专属字段."""

    fixed = frozenset({"code"})
    rules: ClassVar[dict[str, str]] = {"uq_channel_township_id_code": "code"}

    code = StringField(_l("Code"), [Needed(), CODE], description=FIXED_CODE)
    name = StringField(_l("Name"), [Needed(), at_most(64)])
    is_enabled = BooleanField(_l("Open for new cases"), default=True)
    sort_no = IntegerField(_l("Sort order"), [NumberRange(0, 9999)], default=0)
    fields = FieldList(FormField(ChannelFieldForm), max_entries=MOST_FIELDS)

    def prepare(self, row: Any, actor: Actor, day: date) -> None:
        """已有的字段之后留几行空的."""
        super().prepare(row, actor, day)
        if self.is_submitted():
            return
        known = list(row.fields) if row is not None else []
        while len(self.fields):
            self.fields.pop_entry()
        for entry in known:
            self.fields.append_entry({**entry, "choices": "、".join(entry.get("choices", ()))})
        for _n in range(min(SPARE, MOST_FIELDS - len(known))):
            self.fields.append_entry({})

    def fill(self, row: Any) -> None:
        """字段写成一列；别处定的（如照片张数）原样留着."""
        old = {entry["code"]: entry for entry in (row.fields or [])}
        if "code" in self._fields:
            row.code = self.code.data
        row.name, row.sort_no = self.name.data.strip(), self.sort_no.data
        row.is_enabled = self.is_enabled.data
        row.fields = [
            _field_of(entry.form, old)
            for entry in self.fields
            if (entry.form.code.data or "").strip()
        ]

    def validate_fields(self, field: Any) -> None:
        """代码不得重复."""
        codes = [entry.form.code.data for entry in field if entry.form.code.data]
        if len(codes) != len(set(codes)):
            raise ValidationError(_("Two fields have the same code."))


def _field_of(form: Any, old: dict[str, Any]) -> dict[str, Any]:
    code = form.code.data.strip()
    found = {
        **{k: v for k, v in old.get(code, {}).items() if k != "choices"},
        "code": code,
        "zh": form.zh.data.strip(),
        "type": form.type.data,
        "required": bool(form.required.data),
    }
    parts = [part.strip() for part in (form.choices.data or "").split("、")]
    if form.type.data == "choice":
        found["choices"] = [part for part in parts if part]
    return found


class CategoryForm(ConfigForm):
    """类目的表单：一级类没有上级；小类定主办平台."""

    fixed = frozenset({"code"})
    ids = frozenset({"parent_id", "org_id"})
    rules: ClassVar[dict[str, str]] = {"uq_category_township_id_code": "code"}
    groups = (
        (_l("Basics"), ("code", "name", "parent_id", "valid_from")),
        (_l("Dispatch"), ("platform", "assist_platforms", "org_id", "is_county")),
        (
            _l("Defaults of a case"),
            ("kind", "level", "is_sensitive", "needs_place", "needs_people", "dedup_days"),
        ),
        (_l("Words that suggest it"), ("words",)),
    )

    code = StringField(_l("Code"), [Needed(), CODE], description=FIXED_CODE)
    name = StringField(_l("Name"), [Needed(), at_most(64)])
    parent_id = PickField(
        _l("First-level category"), description=_l("Empty: this is a first-level category.")
    )
    valid_from = start_field()
    platform = PickField(_l("Platform in charge"), [Needed()])
    assist_platforms = SelectMultipleField(
        _l("May be assisted by"), description=_l("Suggested only, never dispatched by itself.")
    )
    org_id = PickField(_l("Usual unit"))
    is_county = BooleanField(_l("Usually for the county"))
    kind = PickField(_l("Kind of case"), [Needed()], blank=False)
    level = PickField(_l("Level"), [Needed()], blank=False)
    is_sensitive = BooleanField(_l("Sensitive"))
    needs_place = BooleanField(_l("A place is required"))
    needs_people = BooleanField(_l("The number of people is required"))
    dedup_days = IntegerField(
        _l("Days looked back for similar cases"), [NumberRange(0, 365)], default=15
    )
    words = LinesField(_l("Words"), description=_l("One a line; they only suggest."))

    def offer(self, actor: Actor, day: date) -> None:
        """一级类、平台、机构、件别、等级."""
        platforms = config_choices.platforms(actor, day)
        self.parent_id.offer(config_choices.first_levels(actor, day))
        self.platform.offer(platforms)
        self.assist_platforms.choices = platforms
        self.org_id.offer(config_choices.orgs(actor, day))
        self.kind.offer(coded("kind", CASE_KINDS))
        self.level.offer(coded("level", LEVELS))

    def validate_assist_platforms(self, field: Any) -> None:
        """协办里不写主办."""
        if self.platform.data in (field.data or ()):
            raise ValidationError(_("The platform in charge does not assist itself."))


class CalendarDayForm(ConfigForm):
    """工作日历覆盖表的一天：上班或休息，须写依据."""

    rules: ClassVar[dict[str, str]] = {"uq_calendar_day_township_id_day": "day"}

    day = DateField(_l("Day"), [Needed()])
    is_working = RadioField(
        _l("That day"),
        [Needed()],
        choices=[("1", _l("Working day")), ("0", _l("Day off"))],
        coerce=str,
    )
    basis = StringField(
        _l("Basis"), [Needed(), at_most(256)], description=_l("The notice it rests on.")
    )

    def prepare(self, row: Any, actor: Actor, day: date) -> None:
        """行里的是与否写成选项."""
        super().prepare(row, actor, day)
        if row is not None and not self.is_submitted():
            self.is_working.data = "1" if row.is_working else "0"

    def fill(self, row: Any) -> None:
        """写进行里."""
        row.day, row.basis = self.day.data, self.basis.data.strip()
        row.is_working = self.is_working.data == "1"
