# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs cases side by side and says in TAP how they ended."""

import concurrent.futures
import threading
import time
import traceback

BUSY_WORKERS = 6       # cases that only keep the processor busy
SETUP_WORKERS = 4      # of those that wait, so many make their shop at once


class Skip(Exception):
    """The case cannot be played here; the text says why."""


class Case:
    def __init__(self, name, func, args, waits_s):
        self.name = name
        self.func = func
        self.args = args
        self.waits_s = waits_s     # about so long for the acquirers' pace; 0: not at all


class Plan:
    """Collects cases. To wait for the acquirers' pace costs nothing but time: all of these begin
    at once, the longest first; the others go through a few workers."""

    def __init__(self, busy_workers=BUSY_WORKERS):
        self.busy_workers = busy_workers
        self.cases = []
        self.last = []         # after all others, one by one
        self.setup = threading.Semaphore(SETUP_WORKERS)

    def add(self, name, func, *args, waits_s=0, last=False):
        (self.last if last else self.cases).append(Case(name, func, args, waits_s))

    def run(self, out):
        """Returns how many failed."""
        begun = time.monotonic()
        failed = 0
        print(f"1..{len(self.cases) + len(self.last)}", file=out, flush=True)
        for number, (holds, line, why) in enumerate(self._results(begun), 1):
            failed += not holds
            print(f"{'ok' if holds else 'not ok'} {number} - {line}", file=out)
            for word in why.splitlines():
                print(f"# {word}", file=out)
            out.flush()
        return failed

    def _results(self, begun):
        waiting = sorted((case for case in self.cases if case.waits_s), key=lambda c: -c.waits_s)
        busy = [case for case in self.cases if not case.waits_s]
        with concurrent.futures.ThreadPoolExecutor(max(len(waiting), 1)) as patient, \
                concurrent.futures.ThreadPoolExecutor(self.busy_workers) as workers:
            futures = [pool.submit(self._play, case, begun)
                       for pool, cases in ((patient, waiting), (workers, busy)) for case in cases]
            for future in concurrent.futures.as_completed(futures):
                yield future.result()
        for case in self.last:
            yield self._play(case, begun)

    def _play(self, case, begun):
        try:
            case.func(*case.args)
        except Skip as reason:
            return True, f"{case.name} # SKIP {reason}", ""
        except AssertionError as mismatch:
            return False, case.name, str(mismatch)
        except Exception:  # pylint: disable=broad-except  # whatever it is, the case failed
            return False, case.name, traceback.format_exc()
        return True, case.name, f"{time.monotonic() - begun:.1f} s"
