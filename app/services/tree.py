"""机构树的路径：从根到自己的编号一路写下来，查一整枝只要比前缀."""

from __future__ import annotations

from sqlalchemy import func, update

from app.db import session
from models.township import Org


def path_of(org: Org) -> str:
    """机构的路径（materialised path），如 ``1.18.22.``；本行与上级都须已有编号."""
    parent = session.get(Org, org.parent_id) if org.parent_id is not None else None
    return f"{parent.path if parent else ''}{org.id}."


def regrow(org: Org) -> None:
    """换了上级：本机构与其下整枝的路径一起改."""
    old, new = org.path, path_of(org)
    if old == new:
        return
    session.execute(
        update(Org)
        .where(Org.township_id == org.township_id, Org.path.startswith(old, autoescape=True))
        .values(path=new + func.substr(Org.path, len(old) + 1))
        .execution_options(synchronize_session="fetch")
    )
    session.expire(org, ["path"])


def is_below(org: Org, above: Org) -> bool:
    """``org`` 就是 ``above``，或在它之下."""
    return org.path.startswith(above.path)
