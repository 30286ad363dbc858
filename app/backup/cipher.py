"""口令加密：scrypt 得密钥，AES-256-GCM 一段一段加，少一段、换了次序都解不开."""

from __future__ import annotations

import io
import secrets
import struct
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from app.backup.trouble import BackupError, BackupRefused

MAGIC = b"FPBACKUP1\n"
SALT, PREFIX, TAG = 16, 7, 16
HEADER = len(MAGIC) + SALT + PREFIX
CHUNK = 1024 * 1024
LEAST = 12
WRONG = "口令不对，或文件被改过、没有传完"


def read_passphrase(path: Path) -> str:
    """口令文件的第一行。Raises BackupRefused."""
    try:
        text = path.read_text(encoding="utf-8").split("\n", 1)[0].strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BackupRefused(f"读不了口令文件 {path}（{error}）") from None
    if len(text) < LEAST:
        raise BackupRefused(f"口令文件 {path} 的第一行就是口令，至少 {LEAST} 个字符")
    return text


def is_sealed(head: bytes) -> bool:
    """这个文件开头的几个字节说明它加了密."""
    return head.startswith(MAGIC)


def _key(passphrase: str, salt: bytes) -> AESGCM:
    derived = Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(passphrase.encode())
    return AESGCM(derived)


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + struct.pack(">IB", number, last)


class SealingWriter(io.RawIOBase):
    """边写边加密；``close`` 写下最后一段，不关底下的文件."""

    def __init__(self, out: IO[bytes], passphrase: str) -> None:
        salt, self._prefix = secrets.token_bytes(SALT), secrets.token_bytes(PREFIX)
        self._out, self._cipher = out, _key(passphrase, salt)
        self._head = MAGIC + salt + self._prefix
        self._waiting = bytearray()
        self._number = 0
        out.write(self._head)

    def writable(self) -> bool:
        """能写."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """攒满一段加密一段；手上总留一段，因为最后一段的写法不同."""
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self._put(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(data)

    def close(self) -> None:
        """写下最后一段."""
        if not self.closed:
            self._put(bytes(self._waiting), last=True)
        super().close()

    def _put(self, piece: bytes, *, last: bool) -> None:
        nonce = _nonce(self._prefix, self._number, last=last)
        self._out.write(self._cipher.encrypt(nonce, piece, self._head))
        self._number += 1


class SealedReader(io.RawIOBase):
    """边读边解密。Raises BackupError（口令不对、被改过、截断了）."""

    def __init__(self, source: IO[bytes], passphrase: str) -> None:
        head = source.read(HEADER)
        if len(head) < HEADER:
            raise BackupError(WRONG)
        salt = head[len(MAGIC) : len(MAGIC) + SALT]
        self._source, self._head, self._prefix = source, head, head[-PREFIX:]
        self._cipher = _key(passphrase, salt)
        self._ahead = source.read(CHUNK + TAG)
        self._ready = b""
        self._number = 0

    def readable(self) -> bool:
        """能读."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        """解出下一段."""
        while not self._ready and self._ahead:
            self._ready = self._next()
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def _next(self) -> bytes:
        piece, self._ahead = self._ahead, self._source.read(CHUNK + TAG)
        nonce = _nonce(self._prefix, self._number, last=not self._ahead)
        self._number += 1
        try:
            return self._cipher.decrypt(nonce, piece, self._head)
        except InvalidTag:
            raise BackupError(WRONG) from None
