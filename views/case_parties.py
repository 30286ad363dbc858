"""案件页右侧的各方：牵头、主办、协办、曾经派到的机构，等批的申请，并入的件，评价."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from app.queries.case_page import Dossier, merged_of
from models.case import Case
from models.case_parts import Cooperation
from views.base import current_actor
from views.case_common import moment_words, names, platform_words
from views.case_forms.proposing import asked_words
from views.case_slips import slip_url


def parties(page: Dossier) -> list[dict[str, Any]]:
    """参与单位：主办、协办、曾经派到的机构."""
    case, facts = page.case, page.facts
    found = []
    platform = names().platform(case.platform)
    if case.org_id or platform:
        org = names().org(case.org_id) or (names().org(platform.host_org_id) if platform else "")
        handler = names().person(case.handler_id)
        note = " · ".join(part for part in (_("lead"), handler) if part)
        found.append({"name": org, "disc": (handler or org)[:1], "note": note, **_signed(case)})
    slips = {row.org_id for row in page.slips}
    found += [_slip(row, page) for row in page.slips if row.state != "CANCELLED"]
    rest = sorted(facts.assist_org_ids - slips)
    found += [_party(org, _("assisting"), "") for org in rest]
    if case.lead_person_id or case.lead_org_id:
        found.insert(0, _leader(case))
    past = sorted(facts.past_org_ids - facts.org_ids)
    found += [_party(org, _("was in charge before"), _("read-only")) for org in past]
    return found


def _slip(row: Cooperation, page: Dossier) -> dict[str, Any]:
    """一张协办条：单位或平台、签收回复了没有；看得到正文的才写任务与回复."""
    platform = platform_words(row.platform)
    name = names().org(row.org_id) if row.org_id else platform
    words = (row.role, row.task, row.reply or "") if page.is_full else (row.role,)
    note = " · ".join(part for part in words if part)
    tone = {"WAITING": "warn", "DOING": "info", "REPLIED": "ok"}.get(row.state, "mute")
    state = _(f"cooperation.{row.state}")
    return {"name": name, "note": note, "tone": tone, "state": state, "url": slip_url(row, page)}


def _leader(case: Case) -> dict[str, Any]:
    name, person = names().org(case.lead_org_id), names().person(case.lead_person_id)
    return {"name": name, "disc": person[:1], "note": f"{_('field.lead_person_id')} · {person}"}


def _party(org_id: int, note: str, state: str) -> dict[str, Any]:
    return {"name": names().org(org_id), "note": note, "state": state, "tone": "mute"}


def _signed(case: Case) -> dict[str, str]:
    if case.handled_at is not None:
        return {"tone": "ok", "state": _("finished")}
    if case.handler_id is None:
        return {"tone": "warn", "state": _("not signed for")}
    return {"tone": "info", "state": _("signed for")}


def waiting(page: Dossier) -> list[dict[str, str]]:
    """等批的申请：哪一类、谁提的、什么时候；看得到正文的才写所请与理由."""
    return [
        {
            "deed": _(f"proposal.{row.kind}"),
            "why": " · ".join(
                part
                for part in (
                    names().person(row.proposer_id),
                    moment_words(row.proposed_at),
                    asked_words(row.kind, row.asked, row.reason) if page.is_full else "",
                )
                if part
            ),
        }
        for row in page.proposals
    ]


def relations(page: Dossier) -> list[dict[str, str]]:
    """并案：已并入的主案，或有几件并入本案."""
    case, found = page.case, []
    if page.facts.main_case is not None and case.merged_into_id is not None:
        url = url_for("CaseView.show", case_id=case.merged_into_id)
        found.append({"words": _("Merged into the main case"), "url": url})
    if page.facts.merged_in:
        found.append({"words": _("%(n)s cases merged in", n=page.facts.merged_in), "url": ""})
        found += [_merged(row) for row in merged_of(case.id, actor=current_actor())]
    return found


def _merged(row: Case) -> dict[str, str]:
    """并入的一件：编号，不敏感的写题目."""
    words = f"{row.number} {'' if row.is_sensitive else row.title}".strip()
    return {"words": words, "url": url_for("CaseView.show", case_id=row.id)}


def ratings(page: Dossier) -> list[dict[str, str]]:
    """满意度评价各条."""
    return [
        {
            "words": row.satisfaction,
            "tone": {"满意": "ok", "基本满意": "ok", "不满意": "bad"}.get(row.satisfaction, "mute"),
            "note": " · ".join(
                part
                for part in (
                    row.method,
                    moment_words(row.rated_at),
                    (row.opinion or "") if page.is_full else "",
                )
                if part
            ),
        }
        for row in page.ratings
    ]
