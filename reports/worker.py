"""排版进程：``python -m reports.worker``，从标准输入取一份活，把 PDF 写到标准输出.

单独一个进程，先给自己套上内存与处理器时间的上限再引入排版库：一份坏文书最多拖垮它自己。
字体由环境变量 FONTCONFIG_FILE 限定，只看得见文书字库；网址一律不取。
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import sys
from typing import Any, BinaryIO

_GRACE_SECONDS = 5


def limit(cpu_seconds: int, memory_bytes: int) -> None:
    """给本进程套上限：处理器秒数（超过即被系统终止）、地址空间字节数，不留内存转储。"""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + _GRACE_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(out: BinaryIO, facts: dict[str, Any], pdf: bytes = b"") -> None:
    """交活：四字节长度、JSON 事实、PDF 字节，依次写出。"""
    head = json.dumps(facts, ensure_ascii=False).encode()
    out.write(len(head).to_bytes(4, "big") + head + pdf)
    out.flush()


def main() -> int:
    """取活、排版、交活；内存不够或嵌套太深时交回故障的种类。"""
    job = json.load(sys.stdin.buffer)
    limit(job["limits"]["cpu_seconds"], job["limits"]["memory_bytes"])
    # 排版库若往标准输出打字会弄坏成品，让它打到标准错误去。
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        compose = importlib.import_module("reports.compose").compose
        facts, pdf = compose(job)
    except MemoryError:
        facts, pdf = {"fault": "memory"}, b""
    except RecursionError:
        facts, pdf = {"fault": "nesting"}, b""
    _answer(out, facts, pdf)
    return 0


if __name__ == "__main__":
    sys.exit(main())
