"""应用对象：``flask --app run``、``gunicorn run:app`` 都从这里进."""

from __future__ import annotations

from click import get_current_context

from app.factory import create_app
from config import PAGE_STATEMENT_SECONDS, WORK_STATEMENT_SECONDS

# 由 flask 命令装入的（任务进程也是）可以跑得久些，网页的一条语句不行
_is_command = get_current_context(silent=True) is not None

app = create_app(
    statement_seconds=WORK_STATEMENT_SECONDS if _is_command else PAGE_STATEMENT_SECONDS
)
