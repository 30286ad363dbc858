"""浏览器测试的网页服务：``gunicorn tests.browser.serving:app``，整个应用，钟由测试来拨.

库里先有布置好的几件案件与一次例会（tests.browser.stage），它们的编号写在 ``DATA_DIR/stage.json``；
全部可读的路写在 ``routes.json``。
"""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path

from app.factory import create_app
from tests.browser.stage import set_stage

HOME = Path(os.environ["DATA_DIR"])
CLOCK, STAGE, ROUTES = HOME / "clock", HOME / "stage.json", HOME / "routes.json"


def told() -> datetime:
    """测试说的此刻."""
    return datetime.fromisoformat(CLOCK.read_text())


app = create_app(NOW=told)
ROUTES.write_text(
    json.dumps(
        [[r.endpoint, r.rule] for r in app.url_map.iter_rules() if "GET" in (r.methods or ())]
    )
)
if not STAGE.exists():
    with app.app_context():
        STAGE.write_text(json.dumps(set_stage()))
