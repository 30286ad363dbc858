"""按编号、来件人的姓名与电话找：先按索引取出那几行，再判范围；看不到的人找不到."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, literal, or_, select, true

from app.access.actor import Actor, HoldingView
from app.access.scope import condition_for
from app.crypto import mark, token
from app.queries.case_list import conditions
from app.queries.case_page import CALLERS, HELPERS, TRUSTED
from app.queries.case_search import full_rows, has_tokens, name_mark, text_rows
from app.queries.search_frame import NAME, NUMBER, PHONE, Conditions, Search, fenced
from models.case import Case, CaseInformant, CaseText
from models.case_parts import Assignment, CaseOrg


def by_number(search: Search) -> Select[Any]:
    """编号：只给序号的，各年都算；范围与清单一样，敏感件在内."""
    number = search.terms.number
    if number is None:
        raise ValueError("没有编号")
    year = [Case.year == number.year] if number.year else []
    known = fenced(
        select(Case.id)
        .where(Case.township_id == search.actor.township_id, Case.seq == number.seq, *year)
        .cte("numbered")
    )
    found = (
        select(Case.id.label("case_id"), literal(NUMBER).label("why"))
        .join(known, known.c.id == Case.id)
        .where(
            *conditions(search.wanted),
            condition_for(Case, search.actor),
            Case.reported_at.is_not(None),
        )
    )
    return search.page(found, Case.reported_at, Case.id)


def _open_rows(search: Search) -> Conditions:
    """来件人看得到的前提：正文看得到；脱敏看的人不能按来件人找."""
    seen = full_rows(search.actor)
    return [
        Case.township_id == search.actor.township_id,
        ~Case.is_sensitive,
        Case.reported_at.is_not(None),
        *conditions(search.wanted),
        *([] if seen is None else [seen]),
    ]


def by_informant(search: Search) -> Select[Any]:
    """来件人：姓名、电话都按指纹整个相符；匿名的不算，要求保密的只给看得到的人."""
    why = NAME if search.terms.name else PHONE
    marks = [CaseInformant.name_mark == name_mark(search.terms.name)]
    if search.terms.phones:
        marks = [CaseInformant.phone_mark.in_([mark(phone) for phone in search.terms.phones])]
    known = fenced(
        select(CaseInformant.id)
        .where(
            CaseInformant.township_id == search.actor.township_id,
            ~CaseInformant.is_anonymous,
            *marks,
        )
        .cte("known")
    )
    shown = sees_number(search.actor) if search.terms.phones else sees_name(search.actor)
    found = (
        select(Case.id.label("case_id"), literal(why).label("why"))
        .join(CaseInformant, CaseInformant.case_id == Case.id)
        .join(known, known.c.id == CaseInformant.id)
        .where(shown, *_open_rows(search))
    )
    return search.page(found, Case.reported_at, Case.id)


def by_tail(search: Search) -> Select[Any]:
    """电话尾号四位：词表里的短指纹，再核对来件人看不看得到."""
    tail = token(search.terms.tail) or 0
    township_id = search.actor.township_id
    known = fenced(
        select(CaseText.case_id)
        .where(
            *text_rows(township_id),
            has_tokens([township_id << 42 | tail]),
            CaseText.phone_token == tail,
        )
        .cte("tails")
    )
    informant = select(CaseInformant.id).where(
        CaseInformant.case_id == Case.id,
        CaseInformant.from_case_id.is_(None),
        ~CaseInformant.is_anonymous,
        sees_number(search.actor),
    )
    found = (
        select(Case.id.label("case_id"), literal(PHONE).label("why"))
        .join(known, known.c.case_id == Case.id)
        .where(informant.exists(), *_open_rows(search))
    )
    return search.page(found, Case.reported_at, Case.id)


def sees_name(actor: Actor) -> ColumnElement[bool]:
    """来件人的姓名看不看得到，化成 SQL（同 ``case_page.sees_name``，正文看得到的前提另判）."""
    if actor.roles & TRUSTED:
        return true()
    return or_(~CaseInformant.is_confidential, _own(actor))


def sees_number(actor: Actor) -> ColumnElement[bool]:
    """来件人的电话看不看得到，化成 SQL（同 ``case_page.may_see_number``）."""
    views = [view for view in actor.current if view.role not in HELPERS]
    reasons = [_own(actor), *(_calls(view) for view in views)]
    return and_(sees_name(actor), or_(*reasons))


def _own(actor: Actor) -> ColumnElement[bool]:
    return Case.registrar_id == actor.person_id if actor.person_id is not None else false()


def _calls(view: HoldingView) -> ColumnElement[bool]:
    """一条任职为什么可以打电话：反馈的、办这一件的平台与机构；书记限要求保密的."""
    if view.role in CALLERS:
        return true()
    reasons: Conditions = [CaseInformant.is_confidential] if view.role == "D" else []
    if view.platform is not None:
        assists = select(Assignment.id).where(
            Assignment.case_id == Case.id,
            Assignment.platform == view.platform,
            Assignment.is_listed,
            Assignment.role == "ASSIST",
        )
        reasons += [Case.platform == view.platform, assists.exists()]
    if view.org_id is not None:
        helping = select(CaseOrg.id).where(
            CaseOrg.case_id == Case.id,
            CaseOrg.org_id == view.org_id,
            CaseOrg.is_current,
            CaseOrg.role == "ASSIST",
        )
        own = or_(Case.org_id == view.org_id, Case.lead_org_id == view.org_id)
        reasons += [own, helping.exists()]
    return or_(false(), *reasons)
