"""框架的装配器：只登记用得上的视图，语言固定为中文."""

from __future__ import annotations

from flask import Blueprint, current_app
from flask_appbuilder import AppBuilder

PACKAGE = "flask_appbuilder"


class TownshipBuilder(AppBuilder):
    """装配器（builder）：不登记框架自带的接口、说明、换语言与菜单."""

    def _add_global_static(self) -> None:
        """框架的模板还要用到，框架的样式与脚本一概不发."""
        current_app.register_blueprint(
            Blueprint("appbuilder", PACKAGE, template_folder="templates")
        )

    def _add_admin_views(self) -> None:
        """只有首页与登录、账号、角色；别的视图由装配处逐个登记."""
        self._indexview = self.add_view_no_menu(self.indexview)
        self.sm.register_views()
        # 语言只有一种，不往会话里写
        current_app.extensions["babel"].locale_selector = lambda: "zh"
