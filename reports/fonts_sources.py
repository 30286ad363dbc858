"""字体来源：开放字体从哪里来。

先看工作目录和系统里有没有同一个软件包的文件，没有就用 ``apt-get download`` 取 Debian 软件包、
解出其中的字体（不需要 root，也不安装任何东西），再没有就按字族名在系统字体里找。
仓库里不放字体。
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont, TTLibError

from app.domain.errors import Refused

Progress = Callable[[str], object]
Run = Callable[[Sequence[str], Path], str | None]

SYSTEM_DIRS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("/usr/share/texlive/texmf-dist/fonts/opentype"),
)
_COMMAND_SECONDS = 900


class KitError(Refused):
    """字库建不成（font kit）：``code`` 说为什么，``facts`` 里有缺什么、敲什么命令。"""


@dataclass(frozen=True, slots=True)
class OpenFont:
    """一个开放字体：键、中文名、文件名、Debian 软件包，以及在系统字体里可以代替它的字族名。"""

    key: str
    zh: str
    file: str
    package: str
    families: tuple[str, ...]
    style: str = "Regular"


OPEN_FONTS = {
    font.key: font
    for font in (
        OpenFont(
            "serif",
            "思源宋体",
            "NotoSerifCJK-Regular.ttc",
            "fonts-noto-cjk",
            ("Noto Serif CJK SC", "Source Han Serif SC", "Source Han Serif CN", "Noto Serif SC"),
        ),
        OpenFont(
            "serif-bold",
            "思源宋体（粗）",
            "NotoSerifCJK-Bold.ttc",
            "fonts-noto-cjk",
            ("Noto Serif CJK SC", "Source Han Serif SC", "Source Han Serif CN", "Noto Serif SC"),
            "Bold",
        ),
        OpenFont(
            "sans",
            "思源黑体",
            "NotoSansCJK-Regular.ttc",
            "fonts-noto-cjk",
            ("Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "Noto Sans SC"),
        ),
        OpenFont(
            "wenkai",
            "霞鹜文楷",
            "LXGWWenKai-Regular.ttf",
            "fonts-lxgw-wenkai",
            ("LXGW WenKai", "LXGW WenKai GB"),
        ),
        OpenFont(
            "wenkai-light",
            "霞鹜文楷（细）",
            "LXGWWenKai-Light.ttf",
            "fonts-lxgw-wenkai",
            ("LXGW WenKai Light", "LXGW WenKai", "LXGW WenKai GB"),
            "Light",
        ),
        OpenFont(
            "fandol-fang",
            "Fandol 仿宋",
            "FandolFang-Regular.otf",
            "texlive-lang-chinese",
            ("FandolFang", "FandolFang R", "Zhuque Fangsong (technical preview)"),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class FontFile:
    """找到的字体文件：路径、字面序号（非 ttc 为 -1）和来历（package、system、own）。"""

    key: str
    path: Path
    face: int
    origin: str


def open_font(path: Path, face: int = -1) -> Any:
    """打开字体文件（字体集里取第 ``face`` 个）；打不开时文件先关好再抛错。用毕须 ``close()``。"""
    stream = path.open("rb")
    try:
        return TTFont(stream, fontNumber=face, lazy=True, recalcBBoxes=False)
    except BaseException:
        stream.close()
        raise


def face_of(path: Path, families: Iterable[str]) -> int | None:
    """ttc 里字族名相符的那个字面的序号；单字面文件为 -1，打不开或没有相符的为空。"""
    if path.suffix.lower() not in {".ttc", ".otc"}:
        return -1
    names = set(families)
    index = 0
    while True:
        try:
            font = open_font(path, index)
        except (TTLibError, OSError):
            return None
        with font:
            found = {font["name"].getDebugName(1), font["name"].getDebugName(16)}
        if names & found:
            return index
        index += 1


def run_command(command: Sequence[str], folder: Path) -> str | None:
    """在 ``folder`` 里执行外部命令，返回标准输出；没有这个命令、失败或超时返回空。"""
    if shutil.which(command[0]) is None:
        return None
    try:
        done = subprocess.run(  # noqa: S603 - 命令全由本模块拼成，不含外来文字
            list(command),
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=_COMMAND_SECONDS,
            check=False,
            env={**os.environ, "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"},
        )
    except (subprocess.TimeoutExpired, OSError):
        return None
    return done.stdout if done.returncode == 0 else None


class Finder:
    """找字体：逐级找，找到的按键记在 ``found`` 里."""

    def __init__(
        self,
        work_dir: Path,
        progress: Progress,
        *,
        system_dirs: Sequence[Path] = SYSTEM_DIRS,
        run: Run = run_command,
    ) -> None:
        self.store = work_dir / "sources"
        self.work_dir, self.progress = work_dir, progress
        self.system_dirs, self.run = system_dirs, run
        self.found: dict[str, FontFile] = {}

    def find(self) -> Mapping[str, FontFile]:
        """找齐 ``OPEN_FONTS``，返回找到的那些；缺什么由调用者决定怎么办。"""
        self.store.mkdir(parents=True, exist_ok=True)
        self._in_folders()
        for package in self._packages():
            self.progress(f"下载软件包 {package} ……")
            if not self._download(package):
                self.progress(f"取不到软件包 {package}。")
        self._in_folders()
        self._by_family()
        return self.found

    def missing(self) -> list[OpenFont]:
        return [font for key, font in OPEN_FONTS.items() if key not in self.found]

    def _packages(self) -> list[str]:
        return sorted({font.package for font in self.missing()})

    def _keep(self, font: OpenFont, path: Path, origin: str) -> None:
        face = face_of(path, font.families)
        if face is not None:
            self.found[font.key] = FontFile(font.key, path, face, origin)

    def _in_folders(self) -> None:
        for font in self.missing():
            for folder in (self.store, *self.system_dirs):
                path = next(iter(sorted(folder.rglob(font.file))), None)
                if path is not None and path.is_file():
                    self._keep(font, path, "package")
                    break

    def _by_family(self) -> None:
        for font in self.missing():
            for family in font.families:
                pattern = f":family={family}:style={font.style}"
                listed = self.run(["fc-list", "--format", "%{file}\n", pattern], self.work_dir)
                paths = [Path(line) for line in sorted((listed or "").splitlines()) if line]
                if paths:
                    self._keep(font, paths[0], "system")
                    break

    def _download(self, package: str) -> bool:
        """取一个软件包，把要用的字体留下，其余（压缩包、文档）随临时目录删去。"""
        with tempfile.TemporaryDirectory(dir=self.work_dir, prefix="apt-") as name:
            folder = Path(name)
            options = self._apt_options(folder)
            if self.run(["apt-get", *options[:2], "download", package], folder) is None:
                # 清单是空的（新装的容器）或旧了：在自己的目录里更新一份，不动系统的。
                self.progress("更新软件包清单 ……")
                self.run(["apt-get", *options, "update"], folder)
                self.run(["apt-get", *options, "download", package], folder)
            archive = next(iter(sorted(folder.glob(f"{package}_*.deb"))), None)
            if archive is None:
                return False
            self.run(["dpkg-deb", "-x", str(archive), str(folder / "x")], folder)
            return self._take(package, folder / "x")

    def _take(self, package: str, unpacked: Path) -> bool:
        taken = False
        for font in (f for f in self.missing() if f.package == package):
            path = next(iter(sorted(unpacked.rglob(font.file))), None)
            if path is not None and path.is_file():
                shutil.move(path, self.store / font.file)
                taken = True
        return taken

    @staticmethod
    def _apt_options(folder: Path) -> list[str]:
        lists, cache = folder / "lists", folder / "cache"
        for needed in (lists / "partial", cache / "archives" / "partial"):
            needed.mkdir(parents=True)
        settings = [f"Dir::State::lists={lists}", f"Dir::Cache={cache}"]
        quiet = ["-qq", "-oAPT::Sandbox::User=root"] if os.geteuid() == 0 else ["-qq", "-q"]
        return [*quiet, *(f"-o{setting}" for setting in settings)]


def install_command(missing: Iterable[OpenFont]) -> str:
    """没有网络或没有 apt 时，管理员应敲的命令。"""
    packages = " ".join(sorted({font.package for font in missing}))
    return f"sudo apt-get install --no-install-recommends {packages} && flask --app run fonts build"
