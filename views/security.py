"""登录与授权的总管：角色来自今日的任职，授权一次请求只装入一次."""

from __future__ import annotations

from typing import Any

from flask import Flask, g
from flask_appbuilder.security.sqla.manager import SecurityManager
from flask_login import LoginManager

from app.queries import config_security
from views import security_session
from views.base import actor_or_none, may
from views.role_matrix import RoleMatrixView
from views.security_password import ForgottenView, PasswordView
from views.security_preview import PreviewView
from views.security_roles import RoleView
from views.security_sign_in import SignInView
from views.security_users import AccountView

PUBLIC_LIMIT = "10 per minute;60 per hour"
RESET_LIMIT = "20 per minute"
"""一个地址一分钟至多试几次一次性口令."""

OUTRIGHT = frozenset({"config", "user", "body"})
"""这些模块的界面改了就生效，只有“起草提出”的授权不算有权."""


def user_id_of(user: Any) -> int | None:
    """框架的用户的编号；匿名的没有."""
    found: int | None = getattr(user, "id", None)
    return found


class TownshipSecurity(SecurityManager):
    """登录与授权（security manager）：框架的检查、菜单、按钮都照任职走."""

    def create_login_manager(self, app: Flask) -> LoginManager:
        """登录的人由会话与账号一起定：停用、口令改过、印记不符的都不算."""
        manager = LoginManager(app)
        manager.user_loader(security_session.load_user)
        return manager

    def create_jwt_manager(self, app: Flask) -> Any:
        """不用令牌登录."""
        return None

    def register_views(self) -> None:
        """登录、口令、账号、角色；框架自带的那些不登记."""
        self.auth_view = self.appbuilder.add_view_no_menu(SignInView)
        forgotten = self.appbuilder.add_view_no_menu(ForgottenView)
        self.appbuilder.add_view_no_menu(PasswordView)
        for view, limit in ((self.auth_view, self.auth_rate_limit), (forgotten, RESET_LIMIT)):
            self.limiter.limit(limit, methods=["POST"])(view.blueprint)
        self.user_view = self.appbuilder.add_view_no_menu(AccountView)
        self.appbuilder.add_view_no_menu(PreviewView)
        self.appbuilder.add_view_no_menu(RoleView)
        self.appbuilder.add_view_no_menu(RoleMatrixView)

    def has_access(self, permission_name: str, view_name: str) -> bool:
        """有没有任何一条任职给出这个动作；不另查数据库."""
        actor = actor_or_none()
        if actor is None:
            return False
        verb = permission_name.removeprefix("can_")
        if view_name in OUTRIGHT:
            return may(actor, view_name, verb)
        return actor.has_verb(view_name, verb)

    def get_user_roles(self, user: Any) -> list[Any]:
        """今日在效任职带来的角色；账号上直接挂的角色一概不算."""
        actor = actor_or_none()
        shown = actor is not None and (actor.is_preview or actor.user_id == user_id_of(user))
        if actor is None or not shown:
            return []
        if "roles" not in g:
            g.roles = config_security.roles_in_force(actor.roles)
        found: list[Any] = g.roles
        return found

    def is_item_public(self, permission_name: str, view_name: str) -> bool:
        """没有公开的授权；不登录能进的页面逐个写明."""
        return False


def slow_public(builder: Any) -> None:
    """来件人的查询页限速：猜码的人一分钟试不了几次."""
    found = next(v for v in builder.baseviews if type(v).__name__ == "PublicCaseView")
    builder.sm.limiter.limit(PUBLIC_LIMIT, methods=["POST"])(found.blueprint)
