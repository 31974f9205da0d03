"""Kernels that start at once: ``python -m sme_book.notebooks.kernels COMMAND ...``.

A fresh kernel spends seconds on importing pandas, matplotlib and seaborn before its first cell
runs. Here one process imports them (third-party packages alone, nothing of this project, no data)
and every kernel of the command is a fork of it: a process of its own with an empty namespace,
whose imports are already there. Notebooks run as they always do; only the waiting is gone. Where
there is no ``fork`` (Windows), or with ``SME_SURVEY_WARM=0``, kernels start the usual way.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PRELOADED = (
    "ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.debugger", "tornado.platform.asyncio",
    "IPython.core.completer", "IPython.core.debugger", "IPython.core.oinspect",
    "IPython.extensions.storemagic", "matplotlib.pyplot", "matplotlib.backends.backend_svg",
    "matplotlib_inline.backend_inline", "pandas", "seaborn", "ipywidgets", "sqlite3",
)  # fmt: skip
_LONGEST = 1 << 20

# What Jupyter starts as "the kernel": it asks for a fork, lends it its own input and output,
# passes interrupts on, and lives as long as the fork does. Nothing but the standard library, and
# no site packages, so that it is there in milliseconds.
_LAUNCHER = """
import json, os, signal, socket, sys
line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
line.connect(sys.argv[1])
request = {"connection": sys.argv[2], "cwd": os.getcwd(), "env": dict(os.environ)}
message = json.dumps(request).encode()
socket.send_fds(line, [len(message).to_bytes(4, "big")], [0, 1, 2])
line.sendall(message)
kernel = int.from_bytes(line.recv(8), "big")
for name in (signal.SIGINT, signal.SIGTERM):
    signal.signal(name, lambda number, frame: os.kill(kernel, number))
while line.recv(1):
    pass
"""


def serve(address: str, early: bool) -> None:
    """Import what kernels need, then fork one for each request, until the parent goes away.

    Where few notebooks run, if any, the imports wait for the first request.
    """
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(address)
    listener.listen(16)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # ended kernels are not kept
    print("ready", flush=True)  # who asks before the imports are done waits for them
    if early:
        preload()
    while True:
        line, _ = listener.accept()
        preload()
        with line:
            try:
                head, descriptors, *_ = socket.recv_fds(line, 4, 3)
                length = int.from_bytes(head, "big")
                request = json.loads(_exactly(line, min(length, _LONGEST)))
            except (OSError, ValueError):
                continue
            kernel = os.fork()
            if kernel == 0:
                listener.close()
                _become_kernel(line, request, descriptors)
            with contextlib.suppress(OSError):
                line.sendall(kernel.to_bytes(8, "big"))
            for descriptor in descriptors:
                os.close(descriptor)


def preload() -> None:
    """Import what kernels need, once."""
    for name in PRELOADED:
        importlib.import_module(name)
    gc.freeze()  # what every kernel shares is no garbage; drawings make many objects that stay
    gc.set_threshold(50_000, 20, 50)


def _exactly(line: socket.socket, length: int) -> bytes:
    received = b""
    while len(received) < length:
        part = line.recv(length - len(received))
        if not part:
            raise ValueError("the request ended early")
        received += part
    return received


def _become_kernel(line: socket.socket, request: dict[str, Any], descriptors: list[int]) -> None:
    """Turn a fresh fork into the kernel that was asked for; never returns."""
    code = 1
    try:
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for target, descriptor in enumerate(descriptors):
            os.dup2(descriptor, target)
            os.close(descriptor)
        os.environ.clear()
        os.environ.update(request["env"])
        os.chdir(request["cwd"])
        # what `python -m ipykernel_launcher` finds
        sys.argv = ["ipykernel_launcher", "-f", request["connection"]]
        parent = f"--IPKernelApp.parent_handle={os.getppid()}"
        if "" in sys.path:
            sys.path.remove("")
        threading.Thread(target=_end_with, args=(line,), daemon=True).start()
        from ipykernel.kernelapp import IPKernelApp

        IPKernelApp.launch_instance(argv=[*sys.argv[1:], parent])
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _end_with(line: socket.socket) -> None:
    """End this kernel when what Jupyter believes to be the kernel has ended."""
    with contextlib.suppress(OSError):
        line.recv(1)
    os._exit(1)


def talk_through_files() -> None:
    """Let Jupyter clients of this process reach their kernels by socket files, not by ports.

    Jupyter picks free ports and hands them to a kernel that binds them later; where two editions
    are built at the same time, both may pick the same. Socket files have names of their own.
    """
    if not hasattr(socket, "AF_UNIX"):
        return
    from jupyter_client.manager import KernelManager

    start = KernelManager.__init__
    if getattr(start, "by_files", False):
        return
    folder = tempfile.TemporaryDirectory(prefix="sme-sockets-")
    atexit.register(folder.cleanup)
    numbers = itertools.count(1)

    def start_by_files(manager: KernelManager, *arguments: Any, **options: Any) -> None:
        start(manager, *arguments, **options)
        manager.transport = "ipc"
        manager.ip = str(Path(folder.name) / f"kernel-{next(numbers)}")

    start_by_files.by_files = True  # type: ignore[attr-defined]
    KernelManager.__init__ = start_by_files  # type: ignore[method-assign, assignment]


@contextlib.contextmanager
def warm(environment: dict[str, str], early: bool = True) -> Iterator[dict[str, str]]:
    """Environment for commands whose kernels are forks of one prepared process.

    Parameters
    ----------
    environment
        What the commands would run in; also that of the prepared process.
    early
        Prepare at once, not when the first kernel is asked for.

    Yields
    ------
    dict
        The same with ``JUPYTER_PATH`` set, or unchanged where kernels cannot be forked.
    """
    if not hasattr(os, "fork") or environment.get("SME_SURVEY_WARM") == "0":
        yield environment
        return
    with tempfile.TemporaryDirectory(prefix="sme-kernels-") as name:
        folder = Path(name)
        address = str(folder / "line")
        kernel = folder / "jupyter/kernels/python3"
        kernel.mkdir(parents=True)
        argv = [sys.executable, "-I", "-S", "-c", _LAUNCHER, address, "{connection_file}"]
        specification = {"argv": argv, "display_name": "Python 3", "language": "python",
                         "metadata": {"debugger": False}}  # fmt: skip
        (kernel / "kernel.json").write_text(json.dumps(specification), encoding="utf-8")
        server = subprocess.Popen(
            [sys.executable, "-m", __name__ if __name__ != "__main__" else __spec__.name,
             "--serve", address, *(["--early"] if early else [])],
            env=environment | {"OPENBLAS_NUM_THREADS": "1"}, stdout=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            ready = server.stdout is not None and server.stdout.readline().strip() == b"ready"
            if not ready:
                yield environment
                return
            paths = [str(folder / "jupyter"), environment.get("JUPYTER_PATH", "")]
            yield environment | {"JUPYTER_PATH": os.pathsep.join(filter(None, paths))}
        finally:
            server.terminate()
            server.wait()


def main(arguments: list[str] | None = None) -> int:
    """Command line."""
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] == ["--serve"]:
        serve(given[1], early=given[2:] == ["--early"])
    if not given:
        print(__doc__, file=sys.stderr)
        return 2
    with warm(dict(os.environ)) as environment:
        return subprocess.run(given, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
