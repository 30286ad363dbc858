"""登记表：各渠道一张表，渠道的专属项就地出现；填好的化成服务要的登记内容."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from app.crypto import seal
from app.domain.case_states import Kind, Level
from app.domain.errors import Refused
from app.domain.working_time import SHANGHAI
from app.queries.case_intake import ChannelField, ChannelForm, IntakeOptions
from app.services.case_intake import Intake
from app.services.case_record import Informant
from views.case_common import names, now, options
from views.case_forms.base import (
    ChoiceField,
    FilesField,
    MomentField,
    Needed,
    at_most,
    blank,
    long_text,
)
from views.case_forms.choices import (
    all_orgs,
    category_groups,
    grids,
    kinds,
    levels,
    villages,
)
from views.case_forms.fields import (
    HIDDEN,
    PLACED,
    DegreeField,
    PhoneField,
    channel_field,
    field_name,
    people_field,
)
from views.case_sheet import open_sealed

BODY_MOST = 5000
TITLE_MOST = 200
SLACK = timedelta(minutes=10)
"""来件时间比此刻晚多少还算笔误之内."""
SPECIAL = {"category_named": "category_id", "category_unnamed": "category_id"}


def not_ahead(_form: Any, field: Field) -> None:
    """不能在将来."""
    if field.data is not None and field.data > now() + SLACK:
        raise ValidationError(_("This moment has not come yet."))


class BaseIntakeForm(FlaskForm):
    """登记表的共有项（intake form）."""

    class Meta:
        csrf = False

    version = HiddenField()
    submit_key = HiddenField(validators=[at_most(64)])
    channel = RadioField(_l("Channel"), [InputRequired(_l("Choose one of the list."))])
    title = StringField(_l("Title"), [Needed(), at_most(TITLE_MOST)])
    body = long_text(_l("What is reported"), most=BODY_MOST)
    category_id = SelectField(_l("Category"), [Optional()])
    level = ChoiceField(_l("Level"))
    kind = ChoiceField(_l("Kind of case"))
    people_count = people_field(_l("People concerned"))
    received_at = MomentField(_l("Received"), [Optional(), not_ahead])
    occurred_at = MomentField(_l("Happened"), [Optional(), not_ahead])
    village_id = ChoiceField(_l("Village"), coerce=int)
    grid_id = ChoiceField(_l("Grid"), coerce=int, render_kw={"data-depends": "village_id"})
    place = StringField(_l("Exact place"), [Optional(), at_most(200)])
    lon = DegreeField(_l("Longitude"), [Optional(), NumberRange(-180, 180)])
    lat = DegreeField(_l("Latitude"), [Optional(), NumberRange(-90, 90)])
    informant_name = StringField(_l("Name of the person"), [Optional(), at_most(32)])
    informant_phone = PhoneField(_l("Phone"))
    is_anonymous = BooleanField(_l("Anonymous"))
    is_confidential = BooleanField(_l("Keep the person confidential"))
    attachments = FilesField()
    again = BooleanField(_l("Enter the next one straight after"))

    options: IntakeOptions

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.top_errors: list[str] = []
        self._fill_choices()

    def _fill_choices(self) -> None:
        self.channel.choices = [(one.code, one.name) for one in self.options.enabled]
        self.category_id.choices = category_groups(pending=_("Undecided"))
        self.level.choices, self.kind.choices = levels(), kinds()
        self.village_id.choices = blank(villages(), _("Choose"))
        self.grid_id.choices = blank(grids(), _("Choose"))
        items = [(str(key), name, {}) for key, name in self.options.service_items]
        lists = {"org": all_orgs(), "service_item": items, "service_point": villages()}
        for form in self.options.enabled:
            for one in own_fields(form):
                if one.type in lists:
                    field = self[field_name(form.code, one.code)]
                    field.choices = blank(lists[one.type], _("Choose"))

    @property
    def chosen(self) -> ChannelForm | None:
        """选中的渠道."""
        return self.options.channel(self.channel.data)

    def channel_parts(self) -> Iterator[tuple[ChannelForm, list[Field]]]:
        """各渠道与其专属项的字段，给模板画."""
        for form in self.options.enabled:
            yield form, [self[field_name(form.code, one.code)] for one in own_fields(form)]

    def needs(self, name: str) -> bool:
        """共有的框是不是这个渠道的必填项（网格、村）."""
        form = self.chosen
        return form is not None and any(one.type == name and one.required for one in form.fields)

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """只管选中的渠道；别的渠道填了什么、对不对都不论."""
        super().validate(*args, **kwargs)
        chosen = self.chosen
        for form, parts in self.channel_parts():
            if chosen is None or form.code != chosen.code:
                for field in parts:
                    field.errors = []
        return not self.errors

    def complain(self, refused: Refused, words: str) -> None:
        """拒绝落到它说的那一项；缺的必填项各说各的."""
        facts = refused.facts
        wanted = [facts.get("field") or SPECIAL.get(refused.code, "")]
        if refused.code == "required_fields":
            wanted = [self._box(name) for name in facts.get("fields") or ()]
            words = _("This has to be filled in.")
        places = [self[name] for name in wanted if name and name in self]
        for place in places:
            place.errors = [*place.errors, words]
        if not places:
            self.top_errors.append(words)

    def _box(self, name: str) -> str:
        if not name.startswith("channel."):
            return name
        code, chosen = name.removeprefix("channel."), self.chosen
        one = chosen.field(code) if chosen else None
        if one is not None and one.type in ("grid", "village"):
            return f"{one.type}_id"
        return field_name(chosen.code, code) if chosen else "channel"

    def intake(self) -> Intake:
        """填好的登记内容."""
        data = self._channel_data()
        category = names().category(int(self.category_id.data or 0))
        return Intake(
            channel=self.channel.data,
            title=self.title.data.strip(),
            body=(self.body.data or "").strip(),
            received_at=self.received_at.data or now(),
            occurred_at=self.occurred_at.data,
            category_id=int(self.category_id.data) if self.category_id.data else None,
            service_item_id=self._typed_value("service_item"),
            level=self.level.data or (category.level if category else Level.ORDINARY.value),
            kind=self.kind.data or (category.kind if category else Kind.EVENT.value),
            village_id=self.village_id.data,
            grid_id=self.grid_id.data,
            point_village_id=self._typed_value("service_point"),
            place=(self.place.data or "").strip(),
            lon=self.lon.data,
            lat=self.lat.data,
            people_count=self.people_count.data,
            county_due_at=self._county_due(),
            channel_data=data,
            informant=Informant(
                name=(self.informant_name.data or "").strip() or None,
                phone=self.informant_phone.data or None,
                is_anonymous=bool(self.is_anonymous.data),
                is_confidential=bool(self.is_confidential.data),
            ),
            attachments=self.attachments.data,
        )

    def _channel_data(self) -> dict[str, Any]:
        """专属项写进 jsonb 的样子：时刻为 ISO，电话加密."""
        form = self.chosen
        if form is None:
            return {}
        found = {}
        for one in own_fields(form):
            value = stored(one, self[field_name(form.code, one.code)].data)
            if value is not None and value != "":
                found[one.code] = value
        return found

    def _typed_value(self, kind: str) -> Any:
        form = self.chosen
        for one in own_fields(form) if form else ():
            if one.type == kind:
                return self[field_name(form.code, one.code)].data if form else None
        return None

    def _county_due(self) -> datetime | None:
        form = self.chosen
        if form is None or form.field("county_due") is None:
            return None
        due: datetime | None = self[field_name(form.code, "county_due")].data
        return due


def own_fields(form: ChannelForm) -> list[ChannelField]:
    """要在表上画的专属项：共有框已有的、程序自用的不画."""
    return [one for one in form.fields if one.type not in PLACED and one.code not in HIDDEN]


def stored(one: ChannelField, value: Any) -> Any:
    """一项存进 jsonb 的样子."""
    if one.type == "phone":
        return seal(value) if value else None
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value.strip() if isinstance(value, str) else value


def opened(one: ChannelField, value: Any) -> Any:
    """一项从 jsonb 读回表单."""
    if value is None:
        return None
    match one.type:
        case "phone":
            return open_sealed(str(value))
        case "datetime":
            moment = datetime.fromisoformat(str(value))
            return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)
        case "date":
            return date.fromisoformat(str(value))
        case _:
            return value


_classes: dict[int, tuple[IntakeOptions, type[BaseIntakeForm]]] = {}


def intake_form(
    data: Any = None, *, preset: Mapping[str, Any] | None = None, township_id: int
) -> BaseIntakeForm:
    """登记表：专属项按渠道现造，同一配置只造一次类."""
    found = options()
    known = _classes.get(township_id)
    if known is None or known[0] is not found:
        fields = {
            field_name(form.code, one.code): channel_field(one)
            for form in found.enabled
            for one in own_fields(form)
        }
        made = type("IntakeForm", (BaseIntakeForm,), {**fields, "options": found})
        known = _classes[township_id] = (found, made)
    form = known[1](formdata=data, data=dict(preset or {}))
    for channel in found.enabled:
        for one in own_fields(channel):
            if one.type != "boolean":
                form[field_name(channel.code, one.code)].flags.required = one.required
    return form
