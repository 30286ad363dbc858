"""视图的底：此刻、操作人、唯一的提交处、拒绝怎么说、谁能进来."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import wraps
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from flask import abort, current_app, flash, g
from flask_appbuilder import BaseView
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.access.actor import Actor, HoldingView
from app.access.decide import require
from app.access.load import actor_of_user
from app.access.scope import fetch
from app.access.subject import Subject
from app.db import read_only, session
from app.domain.errors import Refused
from app.services import journal
from models.security import Account
from views import seeing
from views.ui_filters import cn_day

CHINA = ZoneInfo("Asia/Shanghai")
DRAFT_LIMIT = "DRAFT"
_PERMISSION_CODES = frozenset({"not_granted", "out_of_scope", "limit", "draft_only"})

KEY_BITS = 31
"""配置各表的编号是 32 位整数。"""

Row = TypeVar("Row")
View = TypeVar("View", bound=Callable[..., Any])


def clock_now() -> datetime:
    """此刻（now）：带时区；``app.config["NOW"]`` 给了可调用的，就以它为准（演示、测试）."""
    override: Callable[[], datetime] | None = current_app.config.get("NOW")
    return override() if override else datetime.now(UTC)


def today() -> date:
    """今天：此刻在 Asia/Shanghai 的日期，一次请求里不变."""
    if "today" not in g:
        g.today = clock_now().astimezone(CHINA).date()
    day: date = g.today
    return day


def actor_or_none() -> Actor | None:
    """操作人；没有登录、或账号背后没有人，为空。一次请求只装入一次.

    以别人的身份预览时是那个人（只读）；预览不再成立的为空，不会悄悄换回本人。
    """
    if "actor" not in g:
        own = own_actor_or_none()
        g.actor = seeing.through(own, today(), clock_now()) if own and seeing.is_on() else own
    found: Actor | None = g.actor
    return found


def own_actor_or_none() -> Actor | None:
    """登录的本人，预览时也是他自己；没有为空."""
    if "own_actor" not in g:
        g.own_actor = _load_own()
    found: Actor | None = g.own_actor
    return found


def _load_own() -> Actor | None:
    if not current_user.is_authenticated:
        return None
    try:
        return actor_of_user(current_user.id, today())
    except Refused:
        return None


def go_read_only() -> None:
    """本次请求余下的只读：程序不提交，数据库也不让写（以别人的身份预览）."""
    g.read_only = True
    read_only()


def current_actor() -> Actor:
    """操作人（actor）：今日的任职与授权；没有登录时引去登录（401）."""
    actor = actor_or_none()
    if actor is None:
        abort(401)
    return actor


def session_account(user_id: int) -> Account | None:
    """登录账号一行，连同框架的用户一次取出."""
    statement = select(Account).options(joinedload(Account.user)).where(Account.user_id == user_id)
    return session.execute(statement).scalar_one_or_none()


def forget_actor() -> None:
    """登录、退出之后，本次请求里记着的操作人作废."""
    g.pop("actor", None)
    g.pop("own_actor", None)


def commit() -> None:
    """提交：界面唯一的提交处，一次请求一次；预览里不许。Raises Refused('preview_read_only')."""
    if g.get("read_only"):
        raise Refused("preview_read_only")
    session.commit()


def undo() -> None:
    """作废本次改动."""
    session.rollback()


def apart() -> Any:
    """一件一个存档点：``with apart():`` 里出错只作废这一件，别的照旧（批办）."""
    return session.begin_nested()


def flush() -> None:
    """先写进数据库（约束此时检查），还不提交."""
    session.flush()


_WORDED = {"action": "", "limit": "limit.", "state": "state.", "platform": "platform."}
"""这些事实是代码，先念成字：事实 → 词条的前缀."""


class _Facts(dict[str, Any]):
    """句子里要用而没有给的事实写成“—”，不因此出错."""

    def __missing__(self, key: str) -> str:
        return "—"


def refusal_words(refused: Refused) -> str:
    """拒绝的一句话（refusal）：词条 ``refused.<code>``，事实填进去；没有词条的给通用的一句."""
    facts = _Facts(refused.facts)
    if refused.code == "broken_rule":
        return _rule_words(str(facts.get("rule") or ""))
    if isinstance(facts.get("uses"), Mapping):
        facts["uses"] = "、".join(_(f"uses.{name}", n=n) for name, n in facts["uses"].items())
    for name, prefix in _WORDED.items():
        if facts.get(name):
            key = f"{prefix}{facts[name]}"
            worded = _(key)
            facts[name] = facts[name] if worded == key else worded  # 已经是字的照原样
    for name, value in facts.items():
        if isinstance(value, date):
            facts[name] = cn_day(value, today())
    key = f"refused.{refused.code}"
    words = _(key)
    return (_("refused.other") if words == key else words) % facts


def _rule_words(rule: str) -> str:
    """数据库的约束不许：词条 ``constraint.<约束名>``，没有的给通用的一句."""
    key = f"constraint.{rule}"
    words = _(key)
    return _("constraint.other") if words == key else words


def refuse(refused: Refused, *, module: str, action: str, kind: str, key: int | None) -> str:
    """作废改动；越权的另起一个事务记日志（R97）。返回说给人听的一句话."""
    undo()
    actor = actor_or_none()
    if actor is not None and refused.code in _PERMISSION_CODES and not g.get("read_only"):
        journal.record(
            actor=actor,
            now=clock_now(),
            module=module,
            action=action,
            subject_kind=kind,
            subject_id=key,
            data={"refused": refused.code, "facts": dict(refused.facts)},
        )
        commit()
    return refusal_words(refused)


def flash_refusal(refused: Refused, *, module: str, action: str, kind: str, key: int | None) -> str:
    """同 refuse，并把这句话放进提示条."""
    words = refuse(refused, module=module, action=action, kind=kind, key=key)
    flash(words, "danger")
    return words


def find(model: type[Row], key: int, *, lock: bool = False) -> Row:
    """范围内的一行；没有、不在范围内、编号大得不像话的，一样是 404."""
    if key.bit_length() > KEY_BITS:
        abort(404)
    try:
        return fetch(model, key, current_actor(), lock=lock)
    except Refused:
        abort(404)


def may(actor: Actor | None, module: str, verb: str) -> bool:
    """有没有能直接生效的授权；只有“起草提出”（DRAFT）的，在没有审批流的界面上不算."""
    if actor is None:
        return False
    return any(
        DRAFT_LIMIT not in group for h in actor.current for group in actor.granted(h, module, verb)
    )


def require_write(
    module: str, verb: str, kind: str, inputs: Mapping[str, object] | None = None
) -> HoldingView:
    """写之前再判一次（服务器端）；返回署名的任职。Raises Refused."""
    actor = current_actor()
    if actor.has_verb(module, verb) and not may(actor, module, verb):
        raise Refused("draft_only", action=f"{module}.{verb}")
    subject = Subject(kind=kind, township_id=actor.township_id, inputs=inputs or {})
    return require(actor, module, verb, subject)


def signed_in(view: View) -> View:
    """只要登录就能进的页面（本人的口令、工作台）；没有登录的引去登录."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        current_actor()
        return view(*args, **kwargs)

    guarded._guard = "signed_in"  # type: ignore[attr-defined]
    return guarded  # type: ignore[return-value]


def public(view: View) -> View:
    """不登录也能进的页面（登录、忘记口令、自检）：写明是有意的."""
    view._guard = "public"  # type: ignore[attr-defined]
    return view


class OurView(BaseView):
    """视图的基类：不用框架的“上一页”栈，去哪里一律写明."""

    def update_redirect(self) -> None:
        """不记上一页：几个标签页同时开着会串."""
