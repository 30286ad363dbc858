"""应用对象：``flask --app run``、``gunicorn run:app`` 都从这里进."""

from __future__ import annotations

from app.factory import create_app

app = create_app()
