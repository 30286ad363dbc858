"""规则的版本：时限、工作日历覆盖表."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Code, InTownship, Model, SmallPK


class RuleSet(InTownship, Model):
    """规则版本（时限、日历、权重……）：只增不改；案件记下当时用的版本."""

    __tablename__ = "rule_set"
    __table_args__ = (UniqueConstraint("township_id", "kind", "code"),)
    id: Mapped[SmallPK]
    kind: Mapped[str] = mapped_column(Code)
    code: Mapped[str] = mapped_column(Code)
    valid_from: Mapped[date]
    body: Mapped[dict[str, Any]] = mapped_column(JSONB)
    basis: Mapped[str | None] = mapped_column(Text)
    drafted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    def __repr__(self) -> str:
        return self.code


class CalendarDay(InTownship, Model):
    """工作日历覆盖表：某日上班或休息，须写依据；先于国家调休表."""

    __tablename__ = "calendar_day"
    __table_args__ = (UniqueConstraint("township_id", "day"),)
    id: Mapped[SmallPK]
    day: Mapped[date]
    is_working: Mapped[bool]
    basis: Mapped[str] = mapped_column(String(256))

    def __repr__(self) -> str:
        return f"{self.day} {'上班' if self.is_working else '休息'}"


class CalendarYear(InTownship, Model):
    """已登记全年安排的年份：国家调休表没有的年份，登记后不再按周一至周五估算（R9）."""

    __tablename__ = "calendar_year"
    __table_args__ = (UniqueConstraint("township_id", "year"),)
    id: Mapped[SmallPK]
    year: Mapped[int] = mapped_column(SmallInteger)
    basis: Mapped[str] = mapped_column(String(256))

    def __repr__(self) -> str:
        return str(self.year)
