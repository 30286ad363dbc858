"""登记内容的落笔：正文与检索文字、来件人、地点；办理过程从不改它们."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from sqlalchemy import select

from app.crypto import mark, token
from app.db import session
from app.domain.errors import Refused
from app.queries.case_search import name_mark
from models.case import Case, CaseInformant, CaseText
from models.township import Grid, GridVillage, Village


@dataclass(frozen=True, slots=True)
class Informant:
    """来件人：姓名、电话（加密存）；可匿名，可要求保密."""

    name: str | None = None
    phone: str | None = None
    is_anonymous: bool = False
    is_confidential: bool = False


def normalise(text: str) -> str:
    """检索用的文字：全角化半角、小写（NFKC）."""
    return unicodedata.normalize("NFKC", text).lower()


def describe(case: Case, *, body: str, phone: str | None) -> None:
    """写正文与检索文字；电话只存尾号的带密钥指纹."""
    doc = normalise(" ".join(part for part in (case.title, case.place, body) if part))
    row = session.get(CaseText, case.id)
    if row is None:
        row = CaseText(case_id=case.id, township_id=case.township_id)
        session.add(row)
    row.body = body
    row.doc = doc
    row.is_sensitive = case.is_sensitive
    row.reported_at = case.reported_at
    row.phone_token = token(phone[-4:]) if phone else None


def name_informant(case: Case, informant: Informant) -> None:
    """写来件人；匿名的不存姓名."""
    row = session.execute(
        select(CaseInformant).where(
            CaseInformant.case_id == case.id, CaseInformant.from_case_id.is_(None)
        )
    ).scalar_one_or_none()
    if row is None:
        row = CaseInformant(case_id=case.id, township_id=case.township_id)
        session.add(row)
    row.name = None if informant.is_anonymous else (informant.name or None)
    row.name_mark = name_mark(row.name)
    row.phone = informant.phone or None
    row.phone_mark = mark(informant.phone)
    row.is_anonymous = informant.is_anonymous
    row.is_confidential = informant.is_confidential


def _village_of(grid_id: int, township_id: int) -> int | None:
    return session.execute(
        select(GridVillage.village_id)
        .join(Grid, Grid.id == GridVillage.grid_id)
        .where(
            GridVillage.grid_id == grid_id,
            Grid.township_id == township_id,
            GridVillage.valid_to.is_(None),
        )
    ).scalar_one_or_none()


def place_case(
    case: Case,
    *,
    village_id: int | None,
    grid_id: int | None,
    point_village_id: int | None,
    place: str | None,
    lon: float | None,
    lat: float | None,
) -> None:
    """写地点：网格定了村也就定了，两者不合即拒绝。Raises Refused('grid_not_in_village')."""
    if grid_id is not None:
        home = _village_of(grid_id, case.township_id)
        if home is None or village_id not in (None, home):
            raise Refused("grid_not_in_village", field="grid_id")
        village_id = home
    for one in {village_id, point_village_id} - {None}:
        village = session.get(Village, one)
        if village is None or village.township_id != case.township_id:
            raise Refused("village_not_found", field="village_id")
    case.grid_id = grid_id
    case.village_id = village_id
    case.point_village_id = point_village_id
    case.place = (place or "").strip()
    case.lon, case.lat = lon, lat
