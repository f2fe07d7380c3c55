"""A PostgreSQL server to compare with: the one that ``LITMUS_POSTGRES`` names, or one of our own for as long as it is needed.

Our own runs from Debian's package (or any ``initdb`` on the path) in a temporary folder, on a socket there and on no
port. PostgreSQL refuses to run as root; then it runs as ``postgres`` or ``nobody``.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

DSN = "LITMUS_POSTGRES"
_DEBIAN = Path("/usr/lib/postgresql")


def server_here() -> str:
    """Nothing when there is a server or the means to start one, else what to do about it."""
    if os.environ.get(DSN) or _binaries() is not None:
        return ""
    return f"not here: install PostgreSQL (Debian: apt-get install postgresql), or name a server in {DSN}"


@contextmanager
def running_server() -> Iterator[str]:
    """The connection string of the server. Raises RuntimeError when there is none and none can be started."""
    if dsn := os.environ.get(DSN):
        yield dsn
        return
    binaries, user = _binaries(), _user()
    if binaries is None:
        raise RuntimeError(server_here())
    folder = Path(tempfile.mkdtemp(prefix="litmus-pg-", dir="/tmp"))  # a socket's path must be short
    if user:
        shutil.chown(folder, user)
    data = str(folder / "data")
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off -c full_page_writes=off"
    name = user or pwd.getpwuid(os.getuid()).pw_name
    try:
        _run([str(binaries / "initdb"), "-D", data, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-U", name], user)
        _run([str(binaries / "pg_ctl"), "-D", data, "-l", str(folder / "log"), "-o", options, "-w", "start"], user)
        try:
            yield f"host={folder} dbname=postgres user={name}"
        finally:
            _run([str(binaries / "pg_ctl"), "-D", data, "-m", "immediate", "stop"], user)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _binaries() -> Path | None:
    versions = sorted(_DEBIAN.glob("*/bin/initdb"), key=lambda p: float(p.parts[-3]) if p.parts[-3].replace(".", "").isdigit() else 0.0)
    if versions:
        return versions[-1].parent
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def _user() -> str | None:
    if os.getuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in known), None)


def _run(command: Sequence[str], user: str | None) -> None:
    with tempfile.TemporaryFile() as log:  # not a pipe: the server would keep its end open
        done = subprocess.run(command, check=False, stdout=log, stderr=log, user=user, cwd="/")  # noqa: S603
        if done.returncode:
            log.seek(0)
            msg = f"{Path(command[0]).name} failed: {log.read().decode(errors='replace').strip()[-500:]}"
            raise RuntimeError(msg)
