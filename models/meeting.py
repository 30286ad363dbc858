"""会议：系列、会议、点名、议题、决议、纪要."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import BigPK, Code, InTownship, Model, Moment, SmallPK
from models.people import Person
from models.platform import Body
from models.township import Org


class MeetingSeries(InTownship, Model):
    """会议系列：平台例会每周一次，联席会议每季一次."""

    __tablename__ = "meeting_series"
    __table_args__ = (UniqueConstraint("township_id", "code"),)
    id: Mapped[SmallPK]
    code: Mapped[str] = mapped_column(Code)
    name: Mapped[str] = mapped_column(String(64))
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    cadence: Mapped[str] = mapped_column(Code)
    secretariat_id: Mapped[int] = mapped_column(ForeignKey("org.id"))
    numbering: Mapped[str] = mapped_column(String(64))
    quorum: Mapped[str] = mapped_column(String(128))
    sections: Mapped[list[str]] = mapped_column(ARRAY(Text))
    agenda_types: Mapped[list[str]] = mapped_column(ARRAY(Text))
    clause: Mapped[str | None] = mapped_column(String(16))
    sort_no: Mapped[int] = mapped_column(server_default=text("0"))
    body: Mapped[Body] = relationship()
    secretariat: Mapped[Org] = relationship()

    def __repr__(self) -> str:
        return self.name


class Meeting(InTownship, Model):
    """会议：排期、通知、点名、结束、纪要签发；取消须写理由."""

    __tablename__ = "meeting"
    __table_args__ = (
        UniqueConstraint("township_id", "id"),
        UniqueConstraint("series_id", "year", "term"),
        CheckConstraint("(state = 'MINUTED') = (minuted_at IS NOT NULL)", name="minuted"),
        Index("ix_meeting_recent", "township_id", text("planned_at DESC"), text("id DESC")),
    )
    id: Mapped[BigPK]
    created_at: Mapped[Moment]
    planned_at: Mapped[Moment]
    noticed_at: Mapped[Moment | None]
    opened_at: Mapped[Moment | None]
    closed_at: Mapped[Moment | None]
    minuted_at: Mapped[Moment | None]
    series_id: Mapped[int] = mapped_column(ForeignKey("meeting_series.id"))
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    host_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorder_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    year: Mapped[int] = mapped_column(SmallInteger)
    term: Mapped[int] = mapped_column(SmallInteger)
    week: Mapped[int | None] = mapped_column(SmallInteger)
    quarter: Mapped[int | None] = mapped_column(SmallInteger)
    version: Mapped[int] = mapped_column(server_default=text("1"))
    platform: Mapped[str | None] = mapped_column(Code)
    state: Mapped[str] = mapped_column(Code)
    title: Mapped[str] = mapped_column(String(128))
    place: Mapped[str] = mapped_column(String(128))
    cancel_reason: Mapped[str | None] = mapped_column(Text)
    is_demo: Mapped[bool] = mapped_column(server_default=text("false"))
    series: Mapped[MeetingSeries] = relationship(lazy="raise")
    body: Mapped[Body] = relationship(lazy="raise")

    def __repr__(self) -> str:
        return self.title


class Attendance(InTownship, Model):
    """点名：应到由在任职务带出，开会时锁定；出席、请假、代会、缺席、列席."""

    __tablename__ = "attendance"
    __table_args__ = (
        ForeignKeyConstraint(["township_id", "meeting_id"], ["meeting.township_id", "meeting.id"]),
        UniqueConstraint("meeting_id", "person_id"),
        CheckConstraint("status IN ('未登记','出席','请假','代会','缺席','列席')", name="status"),
    )
    id: Mapped[BigPK]
    meeting_id: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    post_name: Mapped[str] = mapped_column(String(64))
    mode: Mapped[str] = mapped_column(Code)
    function: Mapped[str] = mapped_column(Code)
    is_expected: Mapped[bool] = mapped_column(server_default=text("true"))
    status: Mapped[str] = mapped_column(Code)
    reason: Mapped[str | None] = mapped_column(String(256))
    proxy_name: Mapped[str | None] = mapped_column(String(64))
    marked_at: Mapped[Moment | None]
    sort_no: Mapped[int] = mapped_column(server_default=text("0"))
    person: Mapped[Person] = relationship(lazy="raise")


class AgendaItem(InTownship, Model):
    """议题：征集、列入、审议、形成决议或退回；来自案件的必带案件."""

    __tablename__ = "agenda_item"
    __table_args__ = (
        ForeignKeyConstraint(["township_id", "meeting_id"], ["meeting.township_id", "meeting.id"]),
        CheckConstraint("source <> 'CASE' OR case_id IS NOT NULL", name="case_source"),
        Index("ix_agenda_item_meeting", "meeting_id", "order_no"),
        Index("ix_agenda_item_case", "case_id"),
    )
    id: Mapped[BigPK]
    created_at: Mapped[Moment]
    series_id: Mapped[int] = mapped_column(ForeignKey("meeting_series.id"))
    meeting_id: Mapped[int | None]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_record.id"))
    proposer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    proposer_org_id: Mapped[int | None] = mapped_column(ForeignKey("org.id"))
    order_no: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    state: Mapped[str] = mapped_column(Code)
    source: Mapped[str] = mapped_column(Code)
    section: Mapped[str] = mapped_column(String(32))
    title: Mapped[str] = mapped_column(String(200))
    discussion: Mapped[str | None] = mapped_column(Text)
    conclusion: Mapped[str | None] = mapped_column(Text)


class Resolution(InTownship, Model):
    """决议（议定事项）：须有责任人、牵头单位、期限；随纪要签发生效."""

    __tablename__ = "resolution"
    __table_args__ = (
        ForeignKeyConstraint(["township_id", "meeting_id"], ["meeting.township_id", "meeting.id"]),
        UniqueConstraint("meeting_id", "order_no"),
        CheckConstraint(
            "state = 'DRAFTED' OR (duty_person_id IS NOT NULL AND lead_org_id IS NOT NULL"
            " AND due_on IS NOT NULL AND number IS NOT NULL)",
            name="complete_when_effective",
        ),
        Index("ix_resolution_due", "township_id", "due_on"),
        Index("ix_resolution_case", "case_id"),
    )
    id: Mapped[BigPK]
    meeting_id: Mapped[int]
    agenda_item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_record.id"))
    duty_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    lead_org_id: Mapped[int | None] = mapped_column(ForeignKey("org.id"))
    order_no: Mapped[int] = mapped_column(SmallInteger)
    due_on: Mapped[date | None]
    effective_at: Mapped[Moment | None]
    number: Mapped[str | None] = mapped_column(String(128))
    content: Mapped[str] = mapped_column(Text)
    duty_post: Mapped[str | None] = mapped_column(String(64))
    assist_orgs: Mapped[str | None] = mapped_column(String(256))
    criteria: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Code)


class Minutes(InTownship, Model):
    """纪要：起草、审核、签发由三个不同的人做；签发即冻结，错漏只能更正重发."""

    __tablename__ = "minutes"
    __table_args__ = (
        ForeignKeyConstraint(["township_id", "meeting_id"], ["meeting.township_id", "meeting.id"]),
        UniqueConstraint("meeting_id", "edition"),
        CheckConstraint(
            "state <> 'ISSUED' OR (signed_by_id IS NOT NULL AND document_id IS NOT NULL)",
            name="issued_is_signed",
        ),
        CheckConstraint(
            "reviewed_by_id <> drafted_by_id AND signed_by_id <> drafted_by_id"
            " AND signed_by_id <> reviewed_by_id",
            name="three_people",
        ),
    )
    id: Mapped[BigPK]
    meeting_id: Mapped[int]
    drafted_at: Mapped[Moment]
    reviewed_at: Mapped[Moment | None]
    signed_at: Mapped[Moment | None]
    drafted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    edition: Mapped[int] = mapped_column(SmallInteger, server_default=text("1"))
    version: Mapped[int] = mapped_column(server_default=text("1"))
    state: Mapped[str] = mapped_column(Code)
    sections: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    distribution: Mapped[str | None] = mapped_column(String(256))
    review_opinion: Mapped[str | None] = mapped_column(Text)
    return_reason: Mapped[str | None] = mapped_column(Text)
