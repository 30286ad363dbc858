"""字符集：文书字库收哪些字，以及为什么是这些字。

汉字取 GBK 全部（20,902 个基本区汉字和 21 个兼容汉字，GB 2312 的 6,763 个都在内），再加各扩展区里
霞鹜文楷所收的字。后者连同 GBK 涵盖了《通用规范汉字表》的 8,105 字（其中 276 字不在 GBK 内，多见于
姓名、地名，如㛃、𬭎、䶮），本身也是一份以规范字形为准的开放字表，所以不另抄字表入库。
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

# 正文里会出现的西文、数字、标点和公文符号（①、℃、㎡、〔〕、★……）所在的区段，首尾都含。
SYMBOL_BLOCKS = (
    (0x0020, 0x007E),
    (0x00A0, 0x017F),
    (0x01CD, 0x01DC),
    (0x02C6, 0x02DD),
    (0x0370, 0x0451),
    (0x1E3E, 0x1E3F),
    (0x2000, 0x206F),
    (0x2070, 0x209F),
    (0x20A0, 0x20BF),
    (0x2100, 0x218F),
    (0x2190, 0x22FF),
    (0x2460, 0x24FF),
    (0x2500, 0x266F),
    (0x2713, 0x2718),
    (0x2E80, 0x2FDF),
    (0x3000, 0x30FF),
    (0x3105, 0x312D),
    (0x31C0, 0x31E3),
    (0x3200, 0x33FF),
    (0xFE30, 0xFE6B),
    (0xFF01, 0xFFE6),
)
# 扩展 A、基本区尾部、兼容区和扩展 B—G。
HAN_BLOCKS = (
    (0x3400, 0x4DBF),
    (0x9FA6, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x2EBE0),
    (0x30000, 0x3134A),
)
# 没有文楷可用时仍要保住的姓名、地名用字。
NAME_EXTRAS = frozenset(map(ord, "赟㛃𬭎䶮龑頔㵑𫖯𬱖𬍛𬘡𬀩𫍯𫄷㧑㛚㬊𤧛𫠊𬘓"))


def gbk_han() -> frozenset[int]:
    """GBK 汉字：GBK 编码里的全部汉字码位（含兼容区 21 字）。"""
    found = set()
    for code in (*range(0x4E00, 0x9FA6), *range(0xF900, 0xFA2E)):
        try:
            chr(code).encode("gbk")
        except UnicodeEncodeError:
            continue
        found.add(code)
    return frozenset(found)


def gb2312_han() -> frozenset[int]:
    """GB 2312 汉字：6,763 个码位，检查单位自有字体够不够用时的最低线。"""
    found = set()
    for code in gbk_han():
        try:
            chr(code).encode("gb2312")
        except UnicodeEncodeError:
            continue
        found.add(code)
    return frozenset(found)


def _in_blocks(code: int, blocks: Iterable[tuple[int, int]]) -> bool:
    return any(low <= code <= high for low, high in blocks)


def symbols() -> frozenset[int]:
    """西文、标点和符号：各区段中已定义、看得见的码位。"""
    return frozenset(
        code
        for low, high in SYMBOL_BLOCKS
        for code in range(low, high + 1)
        if unicodedata.category(chr(code)) not in {"Cn", "Cc", "Cf", "Co", "Zl", "Zp"}
    )


def wanted(breadth: Iterable[int]) -> frozenset[int]:
    """文书字库的字符集（charset），五个角色共用同一份.

    ``breadth`` 是取作扩展区字表的那个字体（文楷）的码位；没有它时传空，只余 GBK 与姓名用字。
    返回 Unicode 码位集合，约两万三千个；某个码位各来源都没有时，建库时自然略去。
    """
    rare = {code for code in breadth if _in_blocks(code, HAN_BLOCKS)}
    return gbk_han() | symbols() | NAME_EXTRAS | rare
