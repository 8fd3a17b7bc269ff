"""The commands of `bin/`: sets up what a command needs, then runs it.

Everything here uses the standard library only: it runs before the virtual environment exists.
"""

import importlib
import os
import signal
import sys

import cache
from console import Failure, say

COMMANDS = ('odoo', 'test', 'lint', 'demo', 'bench', 'screenshots')


def main(arguments):
    """Run `arguments[0]`, one of COMMANDS, with the other arguments; returns the exit code."""
    if not arguments or arguments[0] not in COMMANDS:
        print(f"usage: launch {'|'.join(COMMANDS)} [arguments]", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, _terminate)
    os.umask(0o022)
    command = importlib.import_module('command_' + arguments[0])
    try:
        cache.prune_logs()
        return command.main(arguments[1:])
    except Failure as failure:
        say(f"failed: {failure}")
        return 1
    except KeyboardInterrupt:
        say("interrupted; the next start goes on from here")
        return 130


def _terminate(_signal, _frame):
    # as Ctrl-C: databases and servers of this run are cleaned up on the way out
    raise KeyboardInterrupt


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
