"""词条合并：translations/parts/*.yaml → zh、en 两份目录；同一词条两种说法即报错."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import yaml
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

HERE = Path(__file__).resolve().parent


class Clash(ValueError):  # noqa: N818
    """同一词条在两处译法不同."""


def words() -> dict[str, str]:
    """全部中文词条：msgid → 中文。Raises Clash."""
    found: dict[str, str] = {}
    where: dict[str, str] = {}
    faults: list[str] = []
    for part in sorted((HERE / "parts").glob("*.yaml")):
        for msgid, text in (yaml.safe_load(part.read_text("utf-8")) or {}).items():
            key, value = str(msgid), str(text)
            if found.get(key, value) != value:
                faults.append(f"{key}：{where[key]} 是“{found[key]}”，{part.name} 是“{value}”")
            found.setdefault(key, value)
            where.setdefault(key, part.name)
    if faults:
        raise Clash("\n".join(faults))
    return found


def english() -> dict[str, str]:
    """英文目录：领域词由代码化成英文词."""
    with (HERE / "glossary.csv").open(encoding="utf-8", newline="") as file:
        codes = [row[0] for row in list(csv.reader(file))[1:] if row]
    return {code: code.rsplit(".", 1)[-1].replace("_", " ").lower() for code in codes}


def catalog(locale: str, texts: dict[str, str]) -> bytes:
    """一份目录的文字（词条按序，不带时间，重做逐字节相同）."""
    from io import BytesIO  # noqa: PLC0415 - 只在写目录时用

    book = Catalog(locale=locale, project="four-platforms", fuzzy=False)
    for msgid, text in sorted(texts.items()):
        flags = ("python-format",) if "%(" in msgid else ()
        book.add(msgid, text, flags=flags)
    out = BytesIO()
    write_po(out, book, omit_header=True, width=0)
    head = (
        'msgid ""\nmsgstr ""\n'
        '"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Content-Transfer-Encoding: 8bit\\n"\n"Language: {locale}\\n"\n\n'
    )
    return head.encode() + out.getvalue()


def build() -> list[Path]:
    """写两份目录，返回改动了的文件."""
    changed = []
    for locale, texts in (("zh", words()), ("en", english())):
        target = HERE / locale / "LC_MESSAGES" / "messages.po"
        content = catalog(locale, texts)
        if not target.exists() or target.read_bytes() != content:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            changed.append(target)
    return changed


if __name__ == "__main__":
    try:
        build()
    except Clash as clash:
        sys.exit(str(clash))
