"""账号与授权：账号、角色说明、限定、口令历史、一次性口令."""

from __future__ import annotations

from datetime import datetime

from flask_appbuilder.security.sqla.models import Role, User
from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import BigPK, Code, InTownship, Model, Moment, SmallPK
from models.people import Person


class Account(InTownship, Model):
    """账号：登录用的户头，挂在一个人名下；停用不删除，署名保留."""

    __tablename__ = "account"
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    must_change_password: Mapped[bool] = mapped_column(server_default=text("true"))
    is_demo: Mapped[bool] = mapped_column(server_default=text("false"))
    failed_count: Mapped[int] = mapped_column(server_default=text("0"))
    locked_until: Mapped[Moment | None]
    password_changed_at: Mapped[Moment | None]
    last_seen_at: Mapped[Moment | None]
    session_stamp: Mapped[str] = mapped_column(String(32), server_default="0")
    user: Mapped[User] = relationship()
    person: Mapped[Person] = relationship()

    def __repr__(self) -> str:
        return self.person.name

    def is_locked(self, now: datetime) -> bool:
        """此刻是否锁着."""
        return self.locked_until is not None and now < self.locked_until


class PasswordHistory(Model):
    """用过的口令（散列）：新口令不得与最近几次相同."""

    __tablename__ = "password_history"
    id: Mapped[BigPK]
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"), index=True)
    password: Mapped[str] = mapped_column(String(256))
    set_at: Mapped[Moment]


class ResetCode(Model):
    """一次性口令：管理员当面交给忘了口令的人，用一次即失效."""

    __tablename__ = "reset_code"
    id: Mapped[BigPK]
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(256))
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    issued_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    used_at: Mapped[Moment | None]
    tries: Mapped[int] = mapped_column(server_default=text("0"))


class RoleProfile(Model):
    """角色说明：框架角色的中文名、数据范围、敏感可见程度."""

    __tablename__ = "role_profile"
    role_id: Mapped[int] = mapped_column(ForeignKey("ab_role.id"), primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True)
    name: Mapped[str] = mapped_column(String(64))
    scope: Mapped[str] = mapped_column(Code)
    sensitive: Mapped[str] = mapped_column(Code)
    platform: Mapped[str | None] = mapped_column(Code)
    note: Mapped[str | None] = mapped_column(Text)
    sort_no: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    role: Mapped[Role] = relationship()

    def __repr__(self) -> str:
        return self.name


class RoleLimit(Model):
    """限定：一格授权所受的限定；同一 alt 同时成立，任一 alt 成立即可，没有行按拒绝."""

    __tablename__ = "role_limit"
    __table_args__ = (
        UniqueConstraint("role_id", "view_menu", "permission", "alt", "limit_code"),
        Index("ix_role_limit_role", "role_id"),
    )
    id: Mapped[SmallPK]
    role_id: Mapped[int] = mapped_column(ForeignKey("ab_role.id"))
    view_menu: Mapped[str] = mapped_column(Code)
    permission: Mapped[str] = mapped_column(String(64))
    alt: Mapped[int] = mapped_column(server_default=text("0"))
    limit_code: Mapped[str] = mapped_column(Code)


class SeedMark(InTownship, Model):
    """播种记号：装入过哪一件、当时的指纹；之后管理员改了，再装不覆盖."""

    __tablename__ = "seed_mark"
    __table_args__ = (UniqueConstraint("township_id", "kind", "code"),)
    id: Mapped[BigPK]
    kind: Mapped[str] = mapped_column(Code)
    code: Mapped[str] = mapped_column(String(160))
    digest: Mapped[str] = mapped_column(String(64))
