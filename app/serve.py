"""``make run`` 的总管：起数据库、备好数据、起网页与任务，一停全停.

停法：Ctrl-C 或 SIGTERM 之后依次停网页与任务、停数据库，以 0 退出；手下有一个自己停了，
说明是哪一个，其余一并停，以 1 退出；配置有误，全部说出，以 2 退出。
"""

from __future__ import annotations

import errno
import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from types import FrameType
from typing import NoReturn

import psycopg

from app.children import STOP_SECONDS, Child, stop_all
from app.console import say, table
from app.pg import DATABASE, Cluster, ClusterError, Urls, urls_for
from app.pg_home import abandoned
from config import DEFAULT_DEMO_PASSWORD, ROOT, Settings, check, exit_with

READY_SECONDS = 120.0
WEB = (sys.executable, "-m", "gunicorn", "-c", "app/gunicorn_conf.py", "run:app")
FLASK = (sys.executable, "-m", "flask", "--app", "run")


class Asked(BaseException):
    """有人要求停下（Ctrl-C、SIGTERM）."""


class Halt(Exception):  # noqa: N818 - 不是程序的错
    """走不下去了；消息是给人看的中文句子."""


class Supervisor:
    """全部进程的总管；``run`` 一直到停才返回，返回退出码."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.cluster: Cluster | None = None
        self.children: list[Child] = []
        self.env: dict[str, str] = {}
        self.is_demo = False

    def run(self) -> int:
        """从头到尾."""
        _on_signals(_ask)
        code = 0
        try:
            with ExitStack() as stack:
                try:
                    self._start(stack)
                    self._announce()
                    self._watch()
                except Asked:
                    say("正在停止……")
                except (Halt, ClusterError) as trouble:
                    code = 1
                    say(f"出错：{trouble}")
                finally:
                    _on_signals(_already)
        except ClusterError as trouble:
            code = 1
            say(f"出错：{trouble}")
        if self.children:
            say("已全部停止。")
        return code

    def _start(self, stack: ExitStack) -> None:
        self._take_data_dir(stack)
        self._check_port()
        urls = self._start_database(stack)
        self._prepare(urls)
        stack.callback(self._stop_children)
        for title, argv in (
            ("网页服务", WEB),
            ("任务进程", (*FLASK, "township", "work")),
        ):
            self.children.append(Child.start(title, argv, cwd=ROOT, env=self.env))

    def _take_data_dir(self, stack: ExitStack) -> None:
        self.settings.data_dir.mkdir(parents=True, exist_ok=True)
        path = self.settings.data_dir / "serve.lock"
        descriptor = os.open(path, os.O_RDONLY | os.O_CREAT, 0o644)
        stack.callback(os.close, descriptor)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Halt(f"{path.parent} 已有一个在运行；另开一个请换 DATA_DIR 与 PORT") from None

    def _check_port(self) -> None:
        host, port = self.settings.host, self.settings.port
        try:
            family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
            with socket.socket(family) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
        except OSError as error:
            why = "已被占用" if error.errno == errno.EADDRINUSE else error.strerror
            raise Halt(f"{host}:{port} 不能监听（{why}）；换一个 PORT 或 HOST") from None

    def _start_database(self, stack: ExitStack) -> Urls:
        if self.settings.database_url:
            return urls_for(self.settings)
        started = time.monotonic()
        self.cluster = Cluster(self.settings.data_dir)
        stack.enter_context(self.cluster)
        self.cluster.ensure_database(DATABASE)
        if left := abandoned():
            say("这些数据库的数据目录已被删去，确认不要可删： " + " ".join(map(str, left)))
        say(f"数据库已就绪（{time.monotonic() - started:.1f} 秒）")
        return Urls(self.cluster.app_url(DATABASE), self.cluster.owner_url(DATABASE))

    def _prepare(self, urls: Urls) -> None:
        """迁移、初始设置；空库而要演示数据的，装上."""
        marker = self.settings.data_dir / "demo"
        if _is_empty(urls.owner) and self.settings.demo:
            marker.write_text("pending")
        elif not self.settings.demo and marker.exists() and marker.read_text() == "pending":
            marker.unlink()
        self.is_demo = self.settings.demo and marker.exists()
        if self.settings.demo and not self.is_demo:
            say("库里已有不是演示的数据：不装演示数据")
        self.env = self._environment(urls)
        as_owner = {**self.env, "DATABASE_OWNER_URL": urls.owner}
        self._command("迁移与初始设置", as_owner, "township", "setup")
        if self.is_demo and marker.read_text() != "done":
            say("第一次运行，正在装演示数据，要几分钟……")
            self._command("装演示数据", as_owner, "township", "demo")
            marker.write_text("done")

    def _environment(self, urls: Urls) -> dict[str, str]:
        """手下进程的环境；网页与任务拿不到库主的地址."""
        settings = self.settings
        given = {
            "DATA_DIR": str(settings.data_dir),
            "DATABASE_URL": urls.app,
            "DEMO": "1" if self.is_demo else "0",
            "PYTHONUTF8": "1",
            "PYTHONUNBUFFERED": "1",
        }
        rest = {name: value for name, value in os.environ.items() if name != "DATABASE_OWNER_URL"}
        return {**rest, **given}

    def _command(self, title: str, env: dict[str, str], *words: str) -> None:
        """跑一条命令到底；它与总管同在前台，要问的话可以直接问."""
        started = time.monotonic()
        with subprocess.Popen([*FLASK, *words], cwd=ROOT, env=env) as process:  # noqa: S603
            try:
                code = process.wait()
            except BaseException:
                process.terminate()
                try:
                    process.wait(STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    process.kill()
                raise
        if code:
            raise Halt(f"“{title}”没有做成（退出码 {code}），原因见上")
        say(f"{title}：好了（{time.monotonic() - started:.1f} 秒）")

    def _announce(self) -> None:
        accounts = self._ask_accounts() if self.is_demo else ""
        answer = self._await_ready()
        settings = self.settings
        name = settings.host if settings.is_loopback else socket.gethostname()
        say("")
        say(f"已就绪： http://{f'[{name}]' if ':' in name else name}:{settings.port}/")
        if answer:
            say(f"但 /readyz 说还没有全好：{answer}")
        if not settings.is_loopback and not settings.trusted_proxies:
            say("对外监听时登录只走 HTTPS：前面要有反向代理，并设 TRUSTED_PROXIES=1")
        if accounts:
            say(f"演示账号（口令都是 {settings.demo_password}）：")
            say(table([line.split("\t") for line in accounts.splitlines()]))
            if not settings.is_loopback and settings.demo_password == DEFAULT_DEMO_PASSWORD:
                say("演示口令是公开的：对外监听请先设 DEMO_PASSWORD")
        say("按 Ctrl-C 停止")
        command = (*FLASK, "fonts", "build")
        self.children.append(
            Child.start("公文字库", command, cwd=ROOT, env=self.env, essential=False)
        )

    def _ask_accounts(self) -> str:
        asked = subprocess.run(  # noqa: S603
            [*FLASK, "township", "accounts"],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        if asked.returncode:
            say(f"列不出演示账号：{asked.stderr.strip()[-500:]}")
        return asked.stdout if asked.returncode == 0 else ""

    def _await_ready(self) -> str:
        """等 /readyz；就绪返回空，到时还没有，返回它说的话."""
        deadline = time.monotonic() + READY_SECONDS
        answer = ""
        while time.monotonic() < deadline:
            self._check_children()
            answer = self._readyz()
            if not answer:
                break
            time.sleep(0.2)
        return answer

    def _readyz(self) -> str:
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.settings.host, self.settings.host)  # noqa: S104
        connection = http.client.HTTPConnection(host, self.settings.port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            response = connection.getresponse()
            body = response.read(2000).decode(errors="replace")
            return "" if response.status == 200 else f"{response.status} {body}"
        except (OSError, http.client.HTTPException) as error:
            return str(error) or "没有回应"
        finally:
            connection.close()

    def _watch(self) -> NoReturn:
        while True:
            self._check_children()
            if self.cluster and not self.cluster.is_running():
                raise Halt(f"数据库自己停了，日志在 {self.cluster.home.log}")
            time.sleep(0.5)

    def _check_children(self) -> None:
        for child in list(self.children):
            code = child.process.poll()
            if code is None:
                continue
            if child.essential:
                raise Halt(f"{child.title}自己停了（退出码 {code}），其余一并停下")
            self.children.remove(child)
            say(f"{child.title}：" + ("好了" if code == 0 else f"没有做成（退出码 {code}）"))

    def _stop_children(self) -> None:
        for title in stop_all(self.children):
            say(f"{title}到时没有停下，已强停")


def _is_empty(owner_url: str) -> bool:
    """还没有迁移过的库."""
    url = owner_url.replace("postgresql+psycopg://", "postgresql://", 1)
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            row = connection.execute("SELECT to_regclass('public.alembic_version')").fetchone()
    except psycopg.OperationalError as error:
        raise Halt(f"连不上数据库：{error}") from None
    return row == (None,)


def _on_signals(handler: Callable[[int, FrameType | None], None]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # nohup 之下 SIGHUP 是不理的，照旧不理
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, handler)


def _ask(number: int, frame: FrameType | None) -> None:
    _on_signals(_already)  # 收尾时再按 Ctrl-C 也不打断
    raise Asked


def _already(number: int, frame: FrameType | None) -> None:
    say("正在停止，请稍候……")


def main() -> int:
    """检查配置，起总管；返回退出码."""
    faults = check(os.environ)
    if os.environ.get("DATABASE_URL") and not os.environ.get("DATABASE_OWNER_URL"):
        faults.append("DATABASE_OWNER_URL：设了 DATABASE_URL 就要设它，迁移用库主的角色")
    if faults:
        exit_with(faults)
    return Supervisor(Settings.from_env(os.environ)).run()


if __name__ == "__main__":
    sys.exit(main())
