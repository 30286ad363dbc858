"""并案与撤销并案的表单."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import ValidationError

from app.domain.case_words import Action
from app.domain.numbering import parse_case_number
from app.services.case_merge import SAME_POINTS
from views.case_forms.base import Desk, Needed, StepForm, TicksField, at_most, reason_field


def is_number(_form: Any, box: Any) -> None:
    """像不像一个编号."""
    if box.data and parse_case_number(box.data) is None:
        raise ValidationError(_("This does not look like a case number."))


def some(_form: Any, box: Any) -> None:
    """至少勾一项."""
    if not box.data:
        raise ValidationError(_("Tick at least one."))


class MergeForm(StepForm):
    """并案：主案编号、相同点、理由."""

    action = Action.MERGE
    tone = "danger"
    rows = (("main_number",), ("same_points",), ("reason",))
    words = _l("Its reporters join those of the main case; it can be undone within 7 days.")

    main_number = StringField(_l("Number of the main case"), [Needed(), at_most(32), is_number])
    same_points = TicksField(_l("What is the same"), [some])
    reason = reason_field()

    def prepare(self, desk: Desk) -> None:
        """四个相同点."""
        self.same_points.choices = [(one, one) for one in SAME_POINTS]

    def inputs(self) -> dict[str, Any]:
        """相同点与理由；主案由视图按编号取来."""
        return {"same_points": self.same_points.data, "reason": self.reason.data}


class UnmergeForm(StepForm):
    """撤销并案：理由."""

    action = Action.UNMERGE
    tone = "danger"
    rows = (("reason",),)
    words = _l("It returns to where it was; the time it lay merged is not counted.")

    reason = reason_field()
