"""排版：网页加样式 → PDF。只在排版进程里引入（:mod:`reports.worker`），因为引入排版库就要半秒。"""

from __future__ import annotations

import ctypes
import logging
from datetime import datetime
from typing import Any

import weasyprint
from weasyprint import CSS, HTML, LOGGER, Attachment
from weasyprint.text.ffi import harfbuzz_subset
from weasyprint.urls import URLFetcher

from reports.gates import strangers

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


class ClosedFetcher(URLFetcher):
    """关着的取件口：不取任何网址，谁来要就记下谁；文书里没有外来的图、样式和附件。"""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self.refused: list[str] = []

    def fetch(self, url: str, headers: Any = None) -> Any:
        self.refused.append(url[:200])
        raise ValueError("refused")


def _lay_out(job: dict[str, Any], fetcher: ClosedFetcher, extra: str = "") -> Any:
    sheet = CSS(string=job["css"] + extra, url_fetcher=fetcher)
    page = HTML(string=job["html"], url_fetcher=fetcher, base_url="about:blank")
    return page.render(stylesheets=[sheet])


def paginate(job: dict[str, Any], fetcher: ClosedFetcher) -> Any:
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


def compose(job: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """排出一份文书：返回（页数、版本、被拒的网址、混入的字体、警告）和 PDF 字节。"""
    notes, fetcher = _Notes(), ClosedFetcher()
    LOGGER.handlers = [notes]
    document = paginate(job, fetcher)
    if len(document.pages) > job["max_pages"]:
        return {"pages": len(document.pages), "too_long": True}, b""
    frozen = datetime.fromisoformat(job["frozen_at"])
    document.metadata.attachments = [
        Attachment(
            string=item["text"],
            name=item["name"],
            description=item["description"],
            relationship="Data",
            created=frozen,
            modified=frozen,
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
        "refused": fetcher.refused,
        "foreign": strangers(pdf, frozenset(job["roles"])),
        "warnings": notes.said,
    }
    return facts, pdf
