"""登记表的选项：各渠道的专属字段、服务事项、受理点；按配置版本记在进程里."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from app.db import session
from app.queries.names import config_version
from models.platform import Channel, ServiceItem


@dataclass(frozen=True, slots=True)
class ChannelField:
    """渠道专属字段（channel field）：代码、中文、类型、必填、可选值."""

    code: str
    label: str
    type: str
    required: bool
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChannelForm:
    """一个渠道的登记单（channel form）."""

    code: str
    name: str
    fields: tuple[ChannelField, ...]
    is_enabled: bool

    def field(self, code: str) -> ChannelField | None:
        """按代码取字段；没有为空."""
        return next((one for one in self.fields if one.code == code), None)


@dataclass(frozen=True, slots=True)
class IntakeOptions:
    """登记表的选项（intake options）：渠道依次序，服务事项为（编号，名称）."""

    channels: tuple[ChannelForm, ...]
    service_items: tuple[tuple[int, str], ...]
    service_days: Mapping[int, int]

    def channel(self, code: str | None) -> ChannelForm | None:
        """按代码取渠道；没有为空."""
        return next((one for one in self.channels if one.code == code), None)

    @property
    def enabled(self) -> tuple[ChannelForm, ...]:
        """已启用的渠道."""
        return tuple(one for one in self.channels if one.is_enabled)


_known: dict[int, tuple[int, date, IntakeOptions]] = {}


def intake_options(township_id: int, today: date) -> IntakeOptions:
    """本乡今日的登记选项；配置没改过就用记着的."""
    version = config_version(township_id)
    known = _known.get(township_id)
    if known is None or known[:2] != (version, today):
        known = _known[township_id] = (version, today, _read(township_id, today))
    return known[2]


def _read(township_id: int, today: date) -> IntakeOptions:
    channels = session.execute(
        select(Channel.code, Channel.name, Channel.fields, Channel.is_enabled)
        .where(Channel.township_id == township_id)
        .order_by(Channel.sort_no)
    ).all()
    items = session.execute(
        select(ServiceItem.id, ServiceItem.name, ServiceItem.days)
        .where(
            ServiceItem.township_id == township_id,
            ServiceItem.valid_from <= today,
            (ServiceItem.valid_to.is_(None)) | (ServiceItem.valid_to >= today),
        )
        .order_by(ServiceItem.code)
    ).all()
    return IntakeOptions(
        channels=tuple(
            ChannelForm(row.code, row.name, tuple(_field(f) for f in row.fields), row.is_enabled)
            for row in channels
        ),
        service_items=tuple((row.id, row.name) for row in items),
        service_days={row.id: row.days for row in items},
    )


def _field(row: dict[str, Any]) -> ChannelField:
    return ChannelField(
        code=row["code"],
        label=row["zh"],
        type=row["type"],
        required=bool(row.get("required")),
        choices=tuple(row.get("choices", ())),
    )
