"""案件旁的一步：不走流程表的表单页（签收协办条、认定退回、履行回访），与走一步同一张模板."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for

from models.case import Case
from views.base import OurView
from views.case_forms.base import StepForm


def aside_page(
    view: OurView,
    form: StepForm,
    case: Case,
    *,
    name: str,
    key: object,
    title: str,
    url: str,
    facts: Sequence[dict[str, Any]],
) -> str:
    """表单页；``name`` 是这一步的代码，``key`` 分得开同一件里的几张，草稿才各存各的."""
    step = {
        "form": form,
        "action": name,
        "title": title,
        "tone": "primary",
        "url": url,
        "key": f"{name}-{key}",
        "facts": facts,
        "files": {},
    }
    page: str = view.render_template(
        "cases/step.html",
        step=step,
        case=case,
        back=url_for("CaseView.show", case_id=case.id),
        texts=form.texts(),
        conflict=None,
        blocked=None,
    )
    return page
