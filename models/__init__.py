"""全部表：导入这个包即登记到同一份元数据."""

from models import (
    assessment,
    attachment,
    case,
    case_life,
    case_parts,
    export,
    journal,
    meeting,
    people,
    platform,
    record,
    rules,
    security,
    township,
)

__all__ = [
    "assessment",
    "attachment",
    "case",
    "case_life",
    "case_parts",
    "export",
    "journal",
    "meeting",
    "people",
    "platform",
    "record",
    "rules",
    "security",
    "township",
]
