"""案件各界面的登记处."""

from __future__ import annotations

from typing import Any

from views.case_code import CaseCodeView
from views.case_files import AttachmentView, CaseUploadView
from views.case_intake import CaseIntakeView
from views.case_list import CaseListView
from views.case_mediation import CaseMediationView
from views.case_returns import CaseReturnView
from views.case_show import CaseView
from views.case_slips import CaseSlipView
from views.case_steps import CaseStepView
from views.case_suggest import CaseSuggestView

VIEWS = (
    CaseListView,
    CaseIntakeView,
    CaseSuggestView,
    CaseUploadView,
    AttachmentView,
    CaseView,
    CaseStepView,
    CaseSlipView,
    CaseMediationView,
    CaseCodeView,
    CaseReturnView,
)


def register(appbuilder: Any) -> None:
    """逐个登记，不进框架的菜单."""
    for view in VIEWS:
        appbuilder.add_view_no_menu(view)
