"""来访的浏览器：一条长连接，带真的登录；量一页，量到够数或到时为止."""

from __future__ import annotations

import http.client
import re
import time
from dataclasses import dataclass
from statistics import median
from urllib.parse import unquote, urlencode, urlsplit

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
SAMPLES, SECONDS, WARM = 40, 6.0, 3
"""一页最多量几次、几秒，先热几次."""


@dataclass(frozen=True, slots=True)
class Answer:
    """一次回应：状态、头、正文、毫秒."""

    status: int
    headers: dict[str, str]
    body: bytes
    ms: float

    @property
    def text(self) -> str:
        """正文的字."""
        return self.body.decode(errors="replace")


@dataclass(frozen=True, slots=True)
class Figure:
    """量得的一行；``note`` 是没量成的原因或附注."""

    name: str
    p50: float | None = None
    p95: float | None = None
    samples: int = 0
    statements: int | None = None
    cpu_ms: float | None = None
    sql_ms: float | None = None
    buffers: int | None = None
    kilobytes: float | None = None
    note: str = ""
    slowest: str = ""


class Visitor:
    """一个登录了的人."""

    def __init__(self, base: str, login: str = "", password: str = "") -> None:
        parts = urlsplit(base)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._connection = http.client.HTTPConnection(self._host, self._port, timeout=60)
        self._cookies: dict[str, str] = {}
        self.token = ""
        if login:
            self._enter(login, password)

    def _enter(self, login: str, password: str) -> None:
        self.take_token("/login/")
        given = {"username": login, "password": password, "csrf_token": self.token}
        answer = self.post("/login/", given)
        if answer.status != 302:
            raise RuntimeError(f"{login} 登录不成（{answer.status}）")
        self.take_token("/account/password")

    def take_token(self, path: str) -> None:
        """由这一页取令牌."""
        found = TOKEN.search(self.get(path).text)
        if not found:
            raise RuntimeError(f"{path} 里没有令牌")
        self.token = found[1]

    def get(self, path: str, **headers: str) -> Answer:
        """取一页."""
        return self._ask("GET", path, None, headers)

    def post(self, path: str, form: dict[str, str]) -> Answer:
        """交一张表."""
        kind = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": self.token}
        return self._ask("POST", path, urlencode(form).encode(), kind)

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        given = {**headers, **({"Cookie": cookies} if cookies else {})}
        started = time.perf_counter()
        try:
            self._connection.request(method, path, body, given)
            response = self._connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):
            # 闲久了的长连接被那头关了：重连再问，这一次从头计时
            self._connection.close()
            started = time.perf_counter()
            self._connection.request(method, path, body, given)
            response = self._connection.getresponse()
        content = response.read()
        took = (time.perf_counter() - started) * 1000
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self._cookies[key] = rest.partition(";")[0]
        return Answer(response.status, dict(response.getheaders()), content, took)

    def close(self) -> None:
        """断开."""
        self._connection.close()


def measured(
    visitor: Visitor, name: str, path: str, *, samples: int = SAMPLES, seconds: float = SECONDS
) -> Figure:
    """量一页：热几次，再量够数或到时；最后一次让它说出执行计划的账."""
    first = visitor.get(path)
    if first.status not in (200, 302):
        return Figure(name, note=f"略去：{path} 回 {first.status}")
    for _ in range(WARM - 1):
        visitor.get(path)
    times: list[float] = []
    busy: list[float] = []
    until = time.monotonic() + seconds
    while len(times) < samples and (not times or time.monotonic() < until):
        answer = visitor.get(path)
        times.append(answer.ms)
        busy.append(float(answer.headers.get("X-Bench-Cpu", 0)))
    last = visitor.get(path, **{"X-Bench-Explain": "1"})
    told = last.headers
    return Figure(
        name,
        p50=median(times),
        p95=sorted(times)[max(0, round(0.95 * len(times)) - 1)],
        samples=len(times),
        statements=int(told["X-Bench-Statements"]) if "X-Bench-Statements" in told else None,
        cpu_ms=median(busy) if "X-Bench-Cpu" in told else None,
        sql_ms=float(told["X-Bench-Ms"]) if "X-Bench-Ms" in told else None,
        buffers=int(told["X-Bench-Buffers"]) if "X-Bench-Buffers" in told else None,
        kilobytes=len(last.body) / 1024,
        note="转去那一件" if first.status == 302 else "",
        slowest=unquote(told.get("X-Bench-Slowest", "")),
    )
