"""机构与人的改动：添、改、停用各一个动词，授权、推出的列、不许的事都在这里；停用不删除."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import or_, select

from app.access.actor import Actor, HoldingView
from app.access.decide import require
from app.access.load import actor_of_person
from app.access.subject import Subject
from app.db import session
from app.domain.errors import Refused
from app.services import config_rows
from app.services.config_rows import Deed
from app.services.organisation_rules import RULES, Rule
from models.people import GridMember, Holding, Person
from models.platform import Body, BodyMember
from models.security import Account
from models.township import Grid, GridVillage

Row = TypeVar("Row")
DRAFT = "DRAFT"


def outright(actor: Actor) -> Actor:
    """同一个操作人，只留直接生效的授权：只能起草提出（DRAFT）的不算."""
    kept = {
        role: {
            verb: tuple(group for group in groups if DRAFT not in group)
            for verb, groups in verbs.items()
        }
        for role, verbs in actor.grants.items()
    }
    return replace(actor, grants=kept)


def allow(row: Any, *, actor: Actor, proposer_id: int | None = None) -> tuple[Rule, HoldingView]:
    """这个人能不能改这一行，返回规矩与署名的任职。

    Raises Refused('not_granted' | 'draft_only' | 'limit' | 'not_found')。
    """
    rule = RULES[type(row)]
    subject = _subject(row, rule, actor, proposer_id)
    able = outright(actor)
    trouble: Refused | None = None
    for module, verb in rule.grants:
        try:
            return replace(rule, grants=((module, verb),)), require(able, module, verb, subject)
        except Refused as refused:
            only_drafts = actor.has_verb(module, verb) and not able.has_verb(module, verb)
            shown = Refused("draft_only", action=f"{module}.{verb}") if only_drafts else refused
            trouble = trouble or shown
    raise trouble or Refused("not_granted")


def _subject(row: Any, rule: Rule, actor: Actor, proposer_id: int | None) -> Subject:
    if row.township_id != actor.township_id:
        raise Refused("not_found")
    body = session.get(Body, row.body_id) if isinstance(row, BodyMember) else None
    return Subject(
        kind=rule.kind,
        township_id=row.township_id,
        platform=body.platform if body else None,
        body_id=body.id if body else None,
        body_code=body.code if body else None,
        proposer_id=_checked_proposer(proposer_id, rule, actor),
    )


def _checked_proposer(proposer_id: int | None, rule: Rule, actor: Actor) -> int | None:
    """提出人须真能提出（议事机构成员、网格员由党政办提出，组长、副组长批准）."""
    if proposer_id is None:
        return None
    proposer = actor_of_person(proposer_id, actor.today)
    if proposer.township_id != actor.township_id or not any(
        proposer.has_verb(module, verb) for module, verb in rule.grants
    ):
        raise Refused("cannot_propose")
    return proposer_id


def _deed(rule: Rule, name: str, reason: str | None, proposer_id: int | None) -> Deed:
    words = [reason] if reason else []
    if proposer_id is not None:
        words.append(f"提出：{session.get_one(Person, proposer_id).name}")
    module, verb = rule.grants[0]
    return Deed(module, verb, rule.kind, name, "；".join(words) or None)


def add(
    row: Row,
    *,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
    proposer_id: int | None = None,
) -> Row:
    """添一行（机构、村、网格、职务、人、平台、议事机构及成员、网格员、渠道、类目、服务事项）.

    ``row`` 是填好而未存的一行；议事机构成员另须写提出人。Raises Refused.
    """
    rule, holding = allow(row, actor=actor, proposer_id=proposer_id)
    rule.derive(row)
    rule.check(row)
    session.add(row)
    config_rows.write()
    rule.grown(row)
    deed = _deed(rule, "add", reason, proposer_id)
    config_rows.note(row, deed, {}, actor=actor, now=now, holding=holding)
    return row


def change(
    row: Any,
    before: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
    proposer_id: int | None = None,
) -> None:
    """改一行：``before`` 是改之前的 ``config_rows.snapshot``，``row`` 已改好；没有真改的不记.

    代码是别处认它的凭据，不得改。Raises Refused('code_fixed' | …)。
    """
    rule, holding = allow(row, actor=actor, proposer_id=proposer_id)
    if "code" in before and row.code != before["code"]:
        raise Refused("code_fixed", old=before["code"])
    rule.derive(row)
    rule.check(row)
    config_rows.write()
    rule.grown(row)
    if config_rows.snapshot(row) != dict(before):
        deed = _deed(rule, "edit", reason, proposer_id)
        config_rows.note(row, deed, before, actor=actor, now=now, holding=holding)


def end(
    row: Any,
    last_day: date,
    reason: str,
    *,
    actor: Actor,
    now: datetime,
    proposer_id: int | None = None,
) -> None:
    """停用或任期结束：``last_day`` 为最后一天（含）；还被用着的不许。

    Raises Refused('still_used' | 'successor_needed' | 'already_ended' | 'end_before_start' | …)。
    """
    rule, _ = allow(row, actor=actor, proposer_id=proposer_id)
    rule.ending(row, last_day)
    deed = _deed(rule, "end", reason, proposer_id)
    config_rows.end(row, deed, last_day, actor=actor, now=now)


def move_grid(
    grid: Grid, village_id: int, start: date, reason: str, *, actor: Actor, now: datetime
) -> GridVillage:
    """网格改挂另一个村，自 ``start`` 起；原来那一段到前一天为止。Raises Refused."""
    current = session.execute(
        select(GridVillage)
        .where(GridVillage.grid_id == grid.id, GridVillage.valid_from < start)
        .where(or_(GridVillage.valid_to.is_(None), GridVillage.valid_to >= start))
    ).scalar()
    if current is not None:
        if current.village_id == village_id:
            raise Refused("same_village", grid=grid.name)
        end(current, start - timedelta(days=1), reason, actor=actor, now=now)
    row = GridVillage(
        township_id=grid.township_id, grid_id=grid.id, village_id=village_id, valid_from=start
    )
    return add(row, actor=actor, now=now, reason=reason)


def leave(person: Person, last_day: date, reason: str, *, actor: Actor, now: datetime) -> None:
    """离开本乡：任职、网格员都到 ``last_day`` 为止，账号停用；名字与署名保留.

    账号要等那一天过去才停用的，届时由管理员停用（角色已随任职收回）。
    Raises Refused('already_left' | 'future_terms' | 'last_administrator').
    """
    from app.services import accounts, appointments  # noqa: PLC0415 - 两边互相要用

    if person.left_on is not None:
        raise Refused("already_left", day=person.left_on)
    before = config_rows.snapshot(person)
    for term in _terms_after(person, last_day):
        if term.valid_from > last_day:
            raise Refused("future_terms", name=person.name)
        if isinstance(term, Holding):
            appointments.end_term(term, last_day, reason, actor=actor, now=now)
        else:
            end(term, last_day, reason, actor=actor, now=now)
    person.left_on = last_day
    change(person, before, actor=actor, now=now, reason=reason)
    account = session.execute(
        select(Account).where(Account.person_id == person.id)
    ).scalar_one_or_none()
    if account is not None and account.user.active and last_day <= actor.today:
        accounts.disable(account, reason, actor=actor, now=now)


def _terms_after(person: Person, last_day: date) -> list[Any]:
    found: list[Any] = []
    for model in (Holding, GridMember):
        late = or_(model.valid_to.is_(None), model.valid_to > last_day)
        found += session.execute(select(model).where(model.person_id == person.id, late)).scalars()
    return found


__all__ = ["add", "allow", "change", "end", "leave", "move_grid", "outright"]
