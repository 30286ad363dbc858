"""共用的列：主键、乡、有效期、代码、密文."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    ForeignKey,
    Identity,
    String,
    Text,
    func,
    literal_column,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.elements import TextClause
from sqlalchemy.types import TypeDecorator

from app.crypto import seal, unseal
from app.db import Model


class Code(TypeDecorator[str]):
    """规格里的代码（状态、等级、渠道……）：一律是不超过 32 个字符的文字."""

    impl = String(32)
    cache_ok = True


class Sealed(TypeDecorator[str]):
    """密文：写入时加密，读出时解密（来件人姓名、电话）."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        """写入前加密."""
        return seal(value)

    def process_result_value(self, value: str | None, dialect: Any) -> str | None:
        """读出后解密."""
        return unseal(value)


BigPK = Annotated[int, mapped_column(BigInteger, Identity(), primary_key=True)]
SmallPK = Annotated[int, mapped_column(Identity(), primary_key=True)]
Moment = Annotated[datetime, mapped_column(DateTime(timezone=True))]


class InTownship:
    """属于一个乡（township）的行：每张业务表都带，每个清单索引以它开头."""

    township_id: Mapped[int] = mapped_column(ForeignKey("township.id"))


class Dated:
    """有起止日的行：``valid_to`` 为空表示至今有效，起止两日都算在内."""

    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    def in_force(self, day: date) -> bool:
        """这一天是否有效."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def no_overlap(name: str, *columns: Any, where: TextClause | None = None) -> ExcludeConstraint:
    """同一组列的有效期不得重叠（EXCLUDE，用 btree_gist）."""
    span = func.daterange(literal_column("valid_from"), literal_column("valid_to"), "[]")
    pairs: list[tuple[Any, str]] = [(c, "=") for c in columns]
    return ExcludeConstraint(*pairs, (span, "&&"), name=name, using="gist", where=where)


__all__ = [
    "BigPK",
    "Code",
    "Dated",
    "InTownship",
    "Model",
    "Moment",
    "Sealed",
    "SmallPK",
    "no_overlap",
]
