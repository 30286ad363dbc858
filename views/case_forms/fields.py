"""登记单的字段：电话的核对、渠道专属项各按种类造一个字段."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    Field,
    FloatField,
    IntegerField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import NumberRange, Optional, ValidationError

from app.queries.case_intake import ChannelField
from views.case_forms.base import ChoiceField, MomentField, at_most

MOBILE = re.compile(r"1[3-9]\d{9}")
LANDLINE = re.compile(r"(0\d{2,3}-?)?\d{7,8}(-\d{1,6})?")
MOST_PEOPLE = 100_000
HIDDEN = frozenset({"offline_id"})
"""程序自己用的项，不给人填."""
PLACED = frozenset({"grid", "village", "location", "photos"})
"""登记单上另有共有的框的种类."""


class PhoneField(TelField):
    """电话：全角、空格、连字号都认，存成规整的写法."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators or [Optional(), phone_fits], **kwargs)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """去掉空格，手机号里的横线也去掉."""
        text = unicodedata.normalize("NFKC", valuelist[0] if valuelist else "")
        plain = re.sub(r"[\s—–]+", "", text)
        digits = plain.replace("-", "")
        self.data = digits if MOBILE.fullmatch(digits) else plain


def phone_fits(_form: Any, field: Field) -> None:
    """电话写得对不对；少一位、多一位直说."""
    text = field.data or ""
    if MOBILE.fullmatch(text) or LANDLINE.fullmatch(text):
        return
    digits = text.replace("-", "")
    if digits.isdigit() and digits.startswith("1") and 8 <= len(digits) < 11:
        raise ValidationError(_("The phone number is %(n)s digits short.", n=11 - len(digits)))
    if digits.isdigit() and digits.startswith("1") and len(digits) > 11:
        raise ValidationError(_("The phone number is %(n)s digits too long.", n=len(digits) - 11))
    raise ValidationError(_("Write 11 digits for a mobile, the area code first for a landline."))


class WholeField(IntegerField):
    """整数：不是数的说人话."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """空的当没有填；全角数字也认."""
        text = unicodedata.normalize("NFKC", valuelist[0] if valuelist else "").strip()
        if not text:
            self.data = None
            return
        if not re.fullmatch(r"-?\d{1,9}", text):
            self.data = None
            raise ValueError(_("Write a whole number."))
        self.data = int(text)


class DegreeField(FloatField):
    """经纬度（度）."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """空的当没有填."""
        text = (valuelist[0] if valuelist else "").strip()
        if not text:
            self.data = None
            return
        try:
            self.data = float(text)
        except ValueError as fault:
            self.data = None
            raise ValueError(_("Write degrees, such as 119.56.")) from fault


def people_field(label: Any) -> WholeField:
    """人数."""
    fits = NumberRange(0, MOST_PEOPLE, _l("Between 0 and 100000."))
    return WholeField(label, [Optional(), fits])


def channel_field(one: ChannelField) -> Any:
    """一个渠道专属项的字段；必填与否由上报时判，这里只作记号."""
    make = _MAKERS.get(one.type, _text)
    return make(one)


def field_name(channel: str, code: str) -> str:
    """渠道专属项在表单里的名字."""
    return f"{channel}_{code}"


def _text(one: ChannelField) -> Any:
    return StringField(one.label, [Optional(), at_most(200)])


def _choice(one: ChannelField) -> Any:
    pairs = [("", _("Choose"), {}), *((value, value, {}) for value in one.choices)]
    return ChoiceField(one.label, choices=pairs)


_MAKERS: Mapping[str, Callable[[ChannelField], Any]] = {
    "long_text": lambda one: TextAreaField(one.label, [Optional(), at_most(2000)]),
    "integer": lambda one: people_field(one.label),
    "boolean": lambda one: BooleanField(one.label),
    "date": lambda one: DateField(one.label, [Optional()]),
    "datetime": lambda one: MomentField(one.label),
    "choice": _choice,
    "phone": lambda one: PhoneField(one.label),
    "org": lambda one: ChoiceField(one.label, coerce=int),
    "service_item": lambda one: ChoiceField(one.label, coerce=int),
    "service_point": lambda one: ChoiceField(one.label, coerce=int),
}
