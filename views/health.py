"""健康检查：活着没有，能不能接活；不登录也能看，不说机密."""

from __future__ import annotations

from typing import Any

from flask import jsonify
from flask_appbuilder import expose

from app.queries.readiness import readiness
from views.base import OurView, public

CHECKS = ("database", "migrations", "worker")
UNREADY = 503


class HealthView(OurView):
    """活着（healthz）与能接活（readyz）."""

    route_base = ""
    default_view = "healthz"

    @expose("/healthz")
    @public
    def healthz(self) -> Any:
        """进程活着；不碰数据库."""
        return jsonify(status="ok")

    @expose("/readyz")
    @public
    def readyz(self) -> Any:
        """数据库、迁移、任务进程都好才是 200；不好的写明原因，503."""
        faults = readiness()
        checks = {name: faults.get(name, "ok") for name in CHECKS}
        if "database" in faults:
            checks = {name: faults.get(name, "unknown") for name in CHECKS}
        return jsonify(ready=not faults, checks=checks), UNREADY if faults else 200
