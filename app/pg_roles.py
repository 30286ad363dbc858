"""数据库角色：库主管迁移，应用角色干活；应用角色改不了日志."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

OWNER_ROLE = "township_owner"
APP_ROLE = "township_app"

# 日志只增不改，链头只改不删；迁移版本应用只读
_WITHHELD = {
    "journal": "UPDATE, DELETE, TRUNCATE",
    "journal_head": "DELETE, TRUNCATE",
    "alembic_version": "INSERT, UPDATE, DELETE, TRUNCATE",
}


def quoted(name: str) -> str:
    """SQL 标识符，加双引号."""
    return '"' + name.replace('"', '""') + '"'


def role_of(url: str) -> str:
    """数据库地址里的角色名."""
    return unquote(urlsplit(url).username or "")


def grant_app(app_role: str = APP_ROLE) -> list[str]:
    """应用角色的授权语句；由库主每次迁移之后在一个事务里依次执行，可重复执行.

    全部表可查、增、改、删，序列可用，今后建的表同样；``journal`` 只可查与增，
    ``journal_head`` 不可删，``alembic_version`` 只读。引用 ``journal`` 的外键不得级联：
    级联以表主的身份执行，不受这里的授权约束。
    """
    role = quoted(app_role)
    rows, numbers = "SELECT, INSERT, UPDATE, DELETE", "USAGE, SELECT"
    default = "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT"
    return [
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"GRANT {rows} ON ALL TABLES IN SCHEMA public TO {role}",
        f"GRANT {numbers} ON ALL SEQUENCES IN SCHEMA public TO {role}",
        f"{default} {rows} ON TABLES TO {role}",
        f"{default} {numbers} ON SEQUENCES TO {role}",
        *(_withhold(table, rights, role) for table, rights in _WITHHELD.items()),
    ]


def _withhold(table: str, rights: str, role: str) -> str:
    # 第一次迁移之前表还没有，所以先问有没有
    return (
        f"DO $do$ BEGIN IF to_regclass('public.{table}') IS NOT NULL THEN "
        f"REVOKE {rights} ON public.{table} FROM {role}; END IF; END $do$"
    )
