"""牵头、协办、会议的表单：明确牵头、增减协办、协办回复、提交联席会议、决议回写."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Optional

from app.domain.case_words import Action
from app.domain.errors import Refused
from app.queries.case_cooperation import cooperations_of
from app.queries.meeting_case import resolutions_for
from app.services.case_joint import joint_series
from app.services.case_lead import Ask
from app.services.case_multi import ROLES
from views.case_common import names, office, platform_words
from views.case_forms.base import (
    LONG,
    ChoiceField,
    Desk,
    FilesField,
    MomentField,
    Needed,
    StepForm,
    TicksField,
    at_most,
    blank,
    fixed,
    long_text,
    reason_field,
)
from views.case_forms.choices import lead_options, org_options, orgs_by_platform


class AppointLeadForm(StepForm):
    """明确牵头人和牵头单位."""

    action = Action.APPOINT_LEAD
    rows = (("lead_org_id", "lead_person_id"), ("note",))
    words = _l("Only the group leader decides who leads; every change is kept.")

    lead_org_id = ChoiceField(_l("Leading unit"), [Needed()], coerce=int)
    lead_person_id = ChoiceField(_l("Leading person"), [Needed()], coerce=int)
    note = long_text(_l("Reason"), needed=True)

    def prepare(self, desk: Desk) -> None:
        """各平台的机构；牵头人也可以是班子成员，不必在牵头单位里."""
        orgs = list(dict.fromkeys(o for found in office().orgs_of.values() for o in found))
        self.lead_org_id.choices = blank(org_options(orgs), _("Choose"))
        self.lead_person_id.choices = blank(lead_options(orgs), _("Choose"))

    def preset(self, desk: Desk) -> None:
        """现在的牵头，没有的取承办机构."""
        self.lead_org_id.process_data(desk.case.lead_org_id or desk.case.org_id)
        self.lead_person_id.process_data(desk.case.lead_person_id or desk.case.handler_id)


class AddCooperatorsForm(StepForm):
    """增减协办单位：一次请一个；撤的勾出来."""

    action = Action.ADD_COOPERATORS
    rows = (("org_id", "role"), ("task",), ("reply_due_at",), ("withdrawn",))
    words = _l("A unit of another platform needs an approval or a resolution in force.")

    org_id = ChoiceField(_l("Cooperating unit"), coerce=int)
    role = ChoiceField(_l("Part taken"), choices=fixed(ROLES))
    task = long_text(_l("Task"), most=200)
    reply_due_at = MomentField(_l("Reply by"))
    withdrawn = TicksField(_l("Withdraw"), [Optional()], coerce=int)

    def prepare(self, desk: Desk) -> None:
        """机构按平台分组；没有回复的协办条可撤."""
        groups = orgs_by_platform(names().platforms)
        flat = {key: label for found in groups.values() for key, label in found}
        self.org_id.choices = blank([(k, v, {}) for k, v in flat.items()], _("Choose"))
        rows = [row for row in cooperations_of(desk.case) if row.state in ("WAITING", "DOING")]
        if rows:
            self.withdrawn.choices = [(row.id, cooperation_words(row)) for row in rows]
        else:
            self.drop("withdrawn")

    def preset(self, desk: Desk) -> None:
        """缺省是配合."""
        self.role.process_data(ROLES[-1])

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """请谁就要写任务；什么也没填的说一声."""
        fine = bool(super().validate(*args, **kwargs))
        if self.org_id.data and not (self.task.data or "").strip():
            self.task.errors = [*self.task.errors, _("This has to be filled in.")]
            fine = False
        return fine

    def inputs(self) -> dict[str, Any]:
        """请谁、撤谁."""
        asks = []
        if self.org_id.data:
            asks.append(
                Ask(
                    org_id=self.org_id.data,
                    task=(self.task.data or "").strip(),
                    role=self.role.data or ROLES[-1],
                    reply_due_at=self.reply_due_at.data,
                )
            )
        gone = self["withdrawn"].data if "withdrawn" in self else []
        return {"asks": asks, "drop": gone or []}


def cooperation_words(row: Any) -> str:
    """一张协办条怎么写：平台、单位、任务."""
    parts = (platform_words(row.platform), names().org(row.org_id) if row.org_id else "", row.task)
    return " · ".join(part for part in parts if part)


class SubmitCooperationForm(StepForm):
    """协办回复."""

    action = Action.SUBMIT_COOPERATION
    rows = (("cooperation_id",), ("reply",), ("attachments",))

    cooperation_id = ChoiceField(_l("Slip"), [Needed()], coerce=int)
    reply = long_text(_l("Result of the cooperation"), needed=True, most=LONG)
    attachments = FilesField()

    def prepare(self, desk: Desk) -> None:
        """本人的机构、平台的协办条."""
        self.cooperation_id.choices = [
            (str(row.id), cooperation_words(row), {})
            for row in cooperations_of(desk.case)
            if row.state != "CANCELLED" and is_mine(row, desk)
        ]

    def preset(self, desk: Desk) -> None:
        """只有一张的就是它."""
        found = self.cooperation_id.choices
        if found:
            self.cooperation_id.process_data(int(found[0][0]))


def is_mine(row: Any, desk: Desk) -> bool:
    """这张协办条是不是派给这个人的机构或平台."""
    orgs = {view.org_id or desk.actor.org_id for view in desk.actor.current}
    platforms = {view.platform for view in desk.actor.current if view.platform}
    return row.org_id in orgs or row.platform in platforms


class SubmitJointForm(StepForm):
    """提交联席会议：议题、类型、争议焦点、建议方案、理由."""

    action = Action.SUBMIT_TO_JOINT_MEETING
    rows = (("agenda_title", "agenda_type"), ("dispute",), ("plan",), ("reason",))
    words = _l("A case not yet dispatched waits for the meeting; one under way goes on.")

    agenda_title = StringField(_l("Agenda item"), [Needed(), at_most(200)])
    agenda_type = ChoiceField(_l("Type"), [Needed()])
    dispute = long_text(_l("What is disputed"), needed=True)
    plan = long_text(_l("What is proposed"), needed=True)
    reason = reason_field()

    def prepare(self, desk: Desk) -> None:
        """联席会议的议题类型."""
        try:
            kinds = joint_series(desk.case.township_id).agenda_types
        except Refused:
            kinds = []
        self.agenda_type.choices = blank(fixed(kinds), _("Choose"))

    def preset(self, desk: Desk) -> None:
        """题目先取案件标题."""
        if not desk.case.is_sensitive:
            self.agenda_title.process_data(desk.case.title)


class ApplyResolutionForm(StepForm):
    """决议回写：选一条已生效的决议."""

    action = Action.APPLY_RESOLUTION
    rows = (("resolution_id",),)
    words = _l("Who is responsible, who leads and by when go from the resolution into the case.")

    resolution_id = ChoiceField(_l("Resolution"), [Needed()], coerce=int)

    def prepare(self, desk: Desk) -> None:
        """以本案为议题、已生效的."""
        self.resolution_id.choices = [
            (str(row.id), f"{row.number} {row.content}"[:120], {})
            for row in resolutions_for(desk.case)
        ]

    def preset(self, desk: Desk) -> None:
        """只有一条的就是它."""
        if self.resolution_id.choices:
            self.resolution_id.process_data(int(self.resolution_id.choices[0][0]))


__all__ = [
    "AddCooperatorsForm",
    "ApplyResolutionForm",
    "AppointLeadForm",
    "SubmitCooperationForm",
    "SubmitJointForm",
    "is_mine",
]
