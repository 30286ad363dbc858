"""排版进程：``python -m reports.worker``，从标准输入取一份活，把 PDF 写到标准输出.

单独一个进程，先给自己套上内存与处理器时间的上限再引入排版库：一份坏文书最多拖垮它自己。
字体由环境变量 FONTCONFIG_FILE 限定，只看得见文书字库；网址一律不取。
"""

from __future__ import annotations

import ctypes
import json
import logging
import os
import resource
import sys
from typing import Any, BinaryIO

SLACK_SECONDS = 5
# 版记要落在末尾双页：奇数页时再排一遍，版记连同给它留的空处挪到下一个双页。
_TO_EVEN = ".colophon-room{break-before:left}"
# 挪动后空出一页的，空白页与版记页都不编页码。
_UNNUMBERED = ".colophon-room{page:bare}"


class _Notes(logging.Handler):
    """记下排版库的警告，随成品交回。"""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage()[:300])


def limit(cpu_seconds: int, memory_bytes: int) -> None:
    """给本进程套上限：处理器秒数（超过即被系统终止）、地址空间字节数，不留内存转储。"""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + SLACK_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _fetcher(refused: list[str]) -> Any:
    from weasyprint.urls import URLFetcher

    class Closed(URLFetcher):
        """不取任何网址：文书里没有外来的图、样式和附件。"""

        def fetch(self, url: str, headers: Any = None) -> Any:
            refused.append(url[:200])
            raise ValueError("refused")

    return Closed(allowed_protocols=(), allow_redirects=False)


def _lay_out(job: dict[str, Any], fetcher: Any, extra: str = "") -> Any:
    from weasyprint import CSS, HTML

    sheet = CSS(string=job["css"] + extra, url_fetcher=fetcher)
    page = HTML(string=job["html"], url_fetcher=fetcher, base_url="about:blank")
    return page.render(stylesheets=[sheet])


def paginate(job: dict[str, Any], fetcher: Any) -> Any:
    """排版；要求版记在双页而页数是奇数时排第二遍。"""
    document = _lay_out(job, fetcher)
    pages = document.pages
    if not job["even_pages"] or len(pages) % 2 == 0:
        return document
    text_ends = next((n for n, page in enumerate(pages) if "text-end" in page.anchors), 0)
    alone = text_ends < len(pages) - 1
    return _lay_out(job, fetcher, _TO_EVEN + (_UNNUMBERED if alone else ""))


def versions() -> dict[str, str]:
    """排版库的版本：同样的版本才保证同样的字节。"""
    import weasyprint
    from weasyprint.text.ffi import harfbuzz_subset

    return {
        "weasyprint": weasyprint.__version__,
        "pango": _library_version("libpango-1.0.so.0", "pango_version_string"),
        "harfbuzz": _library_version("libharfbuzz.so.0", "hb_version_string"),
        "subset": "fonttools" if harfbuzz_subset is None else "harfbuzz",
    }


def _library_version(library: str, function: str) -> str:
    ask = getattr(ctypes.CDLL(library), function)
    ask.restype = ctypes.c_char_p
    return str(ask().decode())


def render(job: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """排出一份文书：返回（页数、版本、被拒的网址、混入的字体、警告）和 PDF 字节。"""
    from weasyprint import LOGGER, Attachment

    from reports.gates import strangers

    notes = _Notes()
    LOGGER.handlers = [notes]
    refused: list[str] = []
    document = paginate(job, _fetcher(refused))
    if len(document.pages) > job["max_pages"]:
        return {"pages": len(document.pages), "too_long": True}, b""
    document.metadata.attachments = [
        Attachment(
            string=item["text"],
            name=item["name"],
            description=item["description"],
            relationship="Data",
            created=_moment(job["frozen_at"]),
            modified=_moment(job["frozen_at"]),
        )
        for item in job["attachments"]
    ]
    pdf = document.write_pdf(
        pdf_identifier=job["identifier"].encode(),
        pdf_variant=job["variant"],
        presentational_hints=False,
    )
    facts = {
        "pages": len(document.pages),
        "versions": versions(),
        "refused": refused,
        "foreign": strangers(pdf, frozenset(job["roles"])),
        "warnings": notes.said,
    }
    return facts, pdf


def _moment(text: str) -> Any:
    from datetime import datetime

    return datetime.fromisoformat(text)


def _answer(out: BinaryIO, facts: dict[str, Any], pdf: bytes = b"") -> None:
    head = json.dumps(facts, ensure_ascii=False).encode()
    out.write(len(head).to_bytes(4, "big") + head + pdf)
    out.flush()


def main() -> int:
    """取活、排版、交活；出错时交回错误的种类。"""
    job = json.load(sys.stdin.buffer)
    limit(job["limits"]["cpu_seconds"], job["limits"]["memory_bytes"])
    # 排版库若往标准输出打字会弄坏成品，让它打到标准错误去。
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        _answer(out, *render(job))
    except MemoryError:
        _answer(out, {"fault": "memory"})
    except RecursionError:
        _answer(out, {"fault": "nesting"})
    return 0


if __name__ == "__main__":
    sys.exit(main())
