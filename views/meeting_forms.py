"""会议的表单：排期、自拟议题、审议、议定事项、纪要正文、要写理由的几步."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import zip_longest
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Optional

from app.services.meeting_agenda import SOURCES
from app.services.meeting_minutes import MOST_TEXT, Draft
from app.services.meeting_resolutions import MOST_WORDS, Terms
from views.case_forms.base import MomentField
from views.forms_base import Needed, at_most

LONG = 4000
ROW_NAMES = ("content", "responsible", "lead_unit", "due")
BLANK_ROWS = 2
Pairs = Iterable[tuple[Any, str]]


class MeetingForm(FlaskForm):
    """会议表单的底：不自带令牌（全站的跨站保护另有），带着看见的版本."""

    class Meta:
        csrf = False

    version = HiddenField()


def whole(value: Any) -> int | None:
    """整数；空的、写坏的为空."""
    text = str(value or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _maybe_int(value: Any) -> int | None:
    return value if isinstance(value, int) else whole(value)


class ScheduleForm(MeetingForm):
    """排期：哪个系列、何时、何地."""

    series_id = SelectField(_l("Series"), [Needed()], coerce=_maybe_int)
    planned_at = MomentField(_l("Time"), [Needed()])
    place = StringField(_l("Venue"), [Needed(), at_most(128)])


class MoveForm(MeetingForm):
    """改期：新的时间地点."""

    planned_at = MomentField(_l("New time"), [Needed()])
    place = StringField(_l("Venue"), [Needed(), at_most(128)])


class ItemForm(MeetingForm):
    """自拟议题."""

    title = StringField(_l("Item"), [Needed(), at_most(200)])
    section = SelectField(_l("Part of the agenda"))
    source = SelectField(_l("Source"))
    agreed = BooleanField(_l("The collection of items is over; the group leader agrees to add it"))

    def prepare(self, sections: Iterable[str], words: Mapping[str, str]) -> None:
        """填好选项."""
        self.section.choices = [(one, one) for one in sections]
        self.source.choices = [(code, words[code]) for code in SOURCES]


class DebateForm(MeetingForm):
    """审议：讨论要点与结论."""

    item_id = HiddenField()
    discussion = TextAreaField(_l("Deliberation"), [Optional(), at_most(LONG)])
    conclusion = TextAreaField(_l("Conclusion"), [Optional(), at_most(LONG)])


class ResolutionForm(MeetingForm):
    """议定事项：责任人、牵头单位、期限可先空着，签发前补齐."""

    item_id = HiddenField()
    resolution_id = HiddenField()
    content = TextAreaField(_l("Resolved"), [Needed(), at_most(MOST_WORDS)])
    duty_person_id = SelectField(_l("Responsible person"), coerce=_maybe_int)
    lead_org_id = SelectField(_l("Lead unit"), coerce=_maybe_int)
    assist_org_ids = SelectMultipleField(_l("Assisting units"), coerce=_maybe_int)
    due_on = DateField(_l("Deadline"), [Optional()], format="%Y-%m-%d")
    criteria = StringField(_l("Acceptance criterion"), [Optional(), at_most(500)])

    def prepare(self, people: Pairs, orgs: Pairs) -> None:
        """填好选项."""
        orgs = list(orgs)
        self.duty_person_id.choices = [("", _l("Not chosen")), *people]
        self.lead_org_id.choices = [("", _l("Not chosen")), *orgs]
        self.assist_org_ids.choices = orgs

    @property
    def terms(self) -> Terms:
        """填来的要素."""
        return Terms(
            content=self.content.data or "",
            duty_person_id=self.duty_person_id.data,
            lead_org_id=self.lead_org_id.data,
            due_on=self.due_on.data,
            assist_org_ids=[one for one in self.assist_org_ids.data or () if one is not None],
            criteria=self.criteria.data or "",
        )


class MinutesForm(MeetingForm):
    """纪要正文：上周工作分析、本周工作安排（几行）、印发范围."""

    analysis = TextAreaField(_l("Last week's work"), [Optional(), at_most(MOST_TEXT)])
    distribution = StringField(_l("Distribution"), [Optional(), at_most(256)])
    rows: list[dict[str, str]]

    def fill(self, sections: Iterable[Mapping[str, Any]], distribution: str | None) -> None:
        """由已存的正文填好."""
        parts = {one["code"]: one for one in sections}
        self.analysis.process_data(parts.get("analysis", {}).get("text", ""))
        self.distribution.process_data(distribution or "")
        self.rows = [dict(row) for row in parts.get("arrangements", {}).get("rows", ())]

    def take_rows(self, data: MultiDict[str, str]) -> None:
        """由表单交来的几列合成几行."""
        columns = [data.getlist(f"row_{name}")[:60] for name in ROW_NAMES]
        self.rows = [
            dict(zip(ROW_NAMES, values, strict=True))
            for values in zip_longest(*columns, fillvalue="")
            if any(value.strip() for value in values)
        ]

    @property
    def shown_rows(self) -> list[dict[str, str]]:
        """画出来的几行：已有的加两行空的."""
        blank = dict.fromkeys(ROW_NAMES, "")
        return [*self.rows, *(dict(blank) for _ in range(BLANK_ROWS))]

    @property
    def draft(self) -> Draft:
        """填来的正文."""
        return Draft(self.analysis.data or "", self.rows, self.distribution.data or "")
