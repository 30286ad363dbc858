"""备份与恢复出的事：一句中文，命令照着打出来."""

from __future__ import annotations


class BackupError(Exception):
    """没有做成；消息是给人看的一句话."""


class BackupRefused(BackupError):  # noqa: N818
    """不该做：文件不对、目标不空、版本不合；什么也没有动."""
