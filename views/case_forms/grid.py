"""网格两条快路的表单：自办自结、直报平台."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import InputRequired, Optional

from app.domain.case_words import Action
from views.case_common import names
from views.case_forms.base import Desk, FilesField, StepForm, long_text
from views.case_forms.choices import category_groups, orgs_by_platform, platforms


class SelfCloseForm(StepForm):
    """自办自结：处置经过，前后照片或当事人签字，是否当场告知."""

    action = Action.SELF_CLOSE
    rows = (
        ("category_id",),
        ("content",),
        ("before_photos", "after_photos"),
        ("party_signature",),
        ("told_on_spot",),
    )
    words = _l("For ordinary matters settled on the spot; some are drawn for a check afterwards.")

    category_id = SelectField(_l("Category"), [InputRequired(_l("Choose one of the list."))])
    content = long_text(_l("What was done on the spot"), needed=True, most=1000)
    before_photos = FilesField(_l("Photos before"))
    after_photos = FilesField(_l("Photos after"))
    party_signature = FilesField(_l("Signature of the person (instead of photos)"))
    told_on_spot = BooleanField(_l("The person was told on the spot"))

    def prepare(self, desk: Desk) -> None:
        """小类按平台分组."""
        self.category_id.choices = category_groups(pending=_("Choose"))

    def preset(self, desk: Desk) -> None:
        """登记时填的小类与内容、照片都在草稿里；这里只填怎样处置的."""
        self.category_id.process_data(str(desk.case.category_id or ""))

    def inputs(self) -> dict[str, Any]:
        """小类、经过、照片、签字、当场告知."""
        return {
            "category_id": int(self.category_id.data) if self.category_id.data else None,
            "content": self.content.data,
            "before_photos": self.before_photos.data,
            "after_photos": self.after_photos.data,
            "party_signature": self.party_signature.data,
            "told_on_spot": bool(self.told_on_spot.data),
        }


class DirectReportForm(StepForm):
    """直报平台：平台、机构、理由；随即进统一台账并标“直报”."""

    action = Action.DIRECT_REPORT
    rows = (("category_id",), ("platform",), ("org_id",), ("direct_reason",))
    words = _l("It goes straight to the platform, is numbered and marked; the office sees it too.")

    category_id = SelectField(_l("Category"), [InputRequired(_l("Choose one of the list."))])
    platform = RadioField(_l("Platform"), [InputRequired(_l("Choose one of the list."))])
    org_id = SelectField(_l("Unit suggested"), [Optional()])
    direct_reason = long_text(_l("Why it cannot wait for the office"), needed=True)

    def prepare(self, desk: Desk) -> None:
        """各平台与其机构."""
        self.category_id.choices = category_groups(pending=_("Choose"))
        self.platform.choices = platforms()
        groups = orgs_by_platform(names().platforms)
        self.org_id.choices = {"": [("", _("Left to the platform"))], **groups}

    def preset(self, desk: Desk) -> None:
        """小类的主办平台."""
        self.category_id.process_data(str(desk.case.category_id or ""))
        wanted = names().category(desk.case.category_id)
        if wanted is not None:
            self.platform.process_data(wanted.platform)

    def inputs(self) -> dict[str, Any]:
        """平台、机构、理由."""
        return {
            "category_id": int(self.category_id.data) if self.category_id.data else None,
            "platform": self.platform.data,
            "org_id": int(self.org_id.data) if self.org_id.data else None,
            "direct_reason": (self.direct_reason.data or "").strip(),
        }
