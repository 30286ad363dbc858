"""动作 → 服务动词：表单填好的参数怎样交给服务."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.access.actor import Actor
from app.domain.case_words import Action
from app.queries.case_page import words_of
from app.services import case_closing, case_dispatch, case_handling, case_intake, case_reception
from app.services.case_intake import Intake
from app.services.case_record import Informant
from app.services.case_step import Step
from models.case import Case, CaseInformant
from views.case_forms.base import StepForm
from views.case_forms.reception import SupplementForm

_PLAIN: Mapping[Action, Callable[..., Step]] = {
    Action.REPORT: case_intake.report,
    Action.REQUEST_SUPPLEMENT: case_intake.request_supplement,
    Action.ACCEPT: case_reception.accept,
    Action.REJECT: case_reception.reject,
    Action.CANCEL: case_reception.cancel,
    Action.DISPATCH: case_dispatch.dispatch,
    Action.REDISPATCH: case_dispatch.redispatch,
    Action.SIGN_IN: case_dispatch.sign_in,
    Action.TRANSFER: case_dispatch.transfer,
    Action.RETURN_CASE: case_dispatch.return_case,
    Action.RECORD_PROGRESS: case_handling.record_progress,
    Action.FINISH: case_handling.finish,
    Action.VERIFY: case_closing.verify,
    Action.REWORK: case_closing.rework,
    Action.FEEDBACK: case_closing.feedback,
    Action.ARCHIVE: case_closing.archive,
}


def perform(case: Case, form: StepForm, *, actor: Actor, now: datetime, seen: int | None) -> Step:
    """走这一步；``case`` 须已锁住。Raises Refused."""
    given: dict[str, Any] = form.inputs()
    common: dict[str, Any] = {"actor": actor, "now": now, "seen": seen}
    if isinstance(form, SupplementForm):
        body, informants = words_of(case)
        changed = replace(intake_of(case, body, informants), **form.changes())
        return case_intake.supplement(case, intake=changed, **given, **common)
    return _PLAIN[form.action](case, **given, **common)


def intake_of(case: Case, body: str, informants: list[CaseInformant]) -> Intake:
    """已存的登记内容，读成登记表：改草稿、补正时在它上面改."""
    own = next((one for one in informants if one.from_case_id is None), None)
    informant = (
        Informant(own.name, own.phone, own.is_anonymous, own.is_confidential)
        if own is not None
        else Informant()
    )
    return Intake(
        channel=case.channel,
        title=case.title,
        body=body,
        received_at=case.received_at,
        occurred_at=case.occurred_at,
        category_id=case.category_id,
        service_item_id=case.service_item_id,
        level=case.level,
        kind=case.kind,
        village_id=case.village_id,
        grid_id=case.grid_id,
        point_village_id=case.point_village_id,
        place=case.place,
        lon=case.lon,
        lat=case.lat,
        people_count=case.people_count,
        county_due_at=case.county_due_at,
        channel_data=case.channel_data,
        informant=informant,
    )
