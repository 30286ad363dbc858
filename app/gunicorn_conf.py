"""网页服务的设置：``gunicorn -c app/gunicorn_conf.py run:app``，数字来自 config."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from config import ROOT, THREADS, settings_or_exit

_settings = settings_or_exit(os.environ)
_host = f"[{_settings.host}]" if ":" in _settings.host else _settings.host

chdir = str(ROOT)
bind = [f"{_host}:{_settings.port}"]
worker_class = "gthread"
workers = _settings.workers
threads = THREADS
timeout = 60
graceful_timeout = 15
keepalive = 5
loglevel = "warning"
# 访问记录由前面的代理记；这里记会把查询词写进日志
accesslog = None
# 控制口的默认位置在家目录，同一用户的两个实例会相撞
control_socket_disable = True
