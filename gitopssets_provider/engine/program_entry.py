"""Run a Pulumi program as the CLI's Python host does.

This file is run by its path, with the interpreter of the program's own environment, in which this package need not be
installed: it imports nothing but the standard library and the program's Pulumi SDK.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import runpy
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# Tells the engine that the user has been told what went wrong.
TOLD = 32


def main() -> int:
    """Run the program that the arguments name and return the status to exit with."""
    if sys.path and Path(sys.path[0]).resolve() == Path(__file__).resolve().parent:
        del sys.path[0]  # the folder of this file is no place for a program to import from
    try:
        import pulumi
        import pulumi.runtime
    except ImportError:
        print(traceback.format_exc(), file=sys.stderr)
        print(
            "\nIt looks like the Pulumi SDK has not been installed. Have you run pip install?\nIf you are running in a "
            "virtualenv, you must run pip install -r requirements.txt from inside the virtualenv.",
            file=sys.stderr,
        )
        return 1
    arguments = _arguments()
    pulumi.runtime.set_all_config(pulumi.runtime.get_config_env(), pulumi.runtime.get_config_secret_keys_env())
    pulumi.runtime.configure(
        pulumi.runtime.Settings(
            monitor=arguments.monitor,
            engine=arguments.engine,
            project=arguments.project,
            stack=arguments.stack,
            parallel=arguments.parallel,
            dry_run=arguments.dry_run == "true",
            organization=arguments.organization,
            root_directory=arguments.root_directory,
        )
    )
    # The SDK asks the engine four times a resource to note what only `--debug` would show, and waits each time.
    pulumi.log.debug = lambda *_, **__: None
    sys.argv = [arguments.program]
    os.chdir(arguments.pwd)
    return _run(arguments.program, arguments.parallel)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Execute a Pulumi Python program")
    for name in ("project", "root_directory", "stack", "pwd", "monitor", "engine", "organization", "dry_run"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--parallel", type=int, required=True)
    parser.add_argument("program")
    return parser.parse_args()


def _run(program: str, parallel: int) -> int:
    import pulumi
    import pulumi.runtime

    path = Path(program).resolve()
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    executor = ThreadPoolExecutor(max_workers=max(parallel, 1) * 4)
    loop.set_default_executor(executor)
    # A program that ends early leaves tasks behind on purpose; asyncio would complain of each.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    try:
        loop.run_until_complete(pulumi.runtime.run_in_stack(lambda: _execute(program, path)))
    except pulumi.RunError as error:
        pulumi.log.error(str(error))
        return 1
    except Exception:
        pulumi.log.error(f"Program failed with an unhandled exception:\n{_user_trace(path)}")
        return TOLD
    finally:
        executor.shutdown(wait=True)
        loop.close()
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


def _execute(program: str, path: Path) -> None:
    import pulumi

    if path.is_dir() and not (path / "__main__.py").exists():
        pulumi.log.error(f"unable to find main python program `__main__.py` in `{path}`")
        sys.exit(TOLD)
    runpy.run_path(program, run_name="__main__")


def _user_trace(program: Path) -> str:
    """Return the trace of what is being handled, from the user's own program on."""
    main_file = program / "__main__.py" if program.is_dir() else program
    frames = traceback.extract_tb(sys.exc_info()[2])
    for index, frame in enumerate(frames):
        if Path(frame.filename).resolve() == main_file:
            return traceback.format_exc(limit=index - len(frames))
    return traceback.format_exc()


if __name__ == "__main__":
    sys.exit(main())
