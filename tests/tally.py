#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts what a run of `meson test` did: tally.py BUILD/meson-logs/testlog.json, or --self-test.

Prints "PASSED FAILED SKIPPED", and each failure on stderr. Of a test that speaks TAP each point
counts; one that dies without a failed point, or before all that it planned, has failed once more.
"""
import json
import re
import sys

POINT = re.compile(r'^(not )?ok\b[^#\n]*(#\s*(?:skip|todo)\b)?', re.IGNORECASE | re.MULTILINE)
PLAN = re.compile(r'^1\.\.(\d+)', re.MULTILINE)


def count_points(stdout):
    """Returns passed, failed, skipped and planned; planned is None where there is no plan."""
    passed = failed = skipped = 0
    for match in POINT.finditer(stdout):
        if match[2]:
            skipped += 1
        elif match[1]:
            failed += 1
        else:
            passed += 1
    plan = PLAN.search(stdout)
    return passed, failed, skipped, int(plan[1]) if plan else None


def count_test(test):
    result = test['result']
    passed, failed, skipped, planned = count_points(test.get('stdout') or '')
    if planned is None:
        return result in ('OK', 'EXPECTEDFAIL'), result not in ('OK', 'EXPECTEDFAIL', 'SKIP'), \
               result == 'SKIP'
    if failed == 0 and (result not in ('OK', 'SKIP') or passed + skipped < planned):
        failed = 1
    return passed, failed, skipped


def both_ends(lines):
    """A sanitizer's report says first what is wrong, a log says it last."""
    cut = lines if len(lines) <= 80 else lines[:40] + ['…'] + lines[-40:]
    return '\n'.join(cut)


def tally(tests):
    sums = [0, 0, 0]
    for test in tests:
        counts = count_test(test)
        sums = [a + int(b) for a, b in zip(sums, counts)]
        if counts[1]:
            print(f"failed: {test['name']} ({test['result']})", file=sys.stderr)
            for text in (test.get('stdout'), test.get('stderr')):
                print(both_ends((text or '').splitlines()), file=sys.stderr)
    return sums


SELF_TEST = [
    ([1, 0, 0], {'result': 'OK'}),
    ([0, 1, 0], {'result': 'FAIL', 'stdout': 'ok then'}),
    ([0, 1, 0], {'result': 'TIMEOUT'}),
    ([0, 1, 0], {'result': 'ERROR', 'stderr': 'Segmentation fault'}),
    ([0, 1, 0], {'result': 'INTERRUPT'}),
    ([0, 0, 1], {'result': 'SKIP'}),
    ([2, 0, 0], {'result': 'OK', 'stdout': '1..2\n# a word\nok 1 /a\nok 2 /b\n'}),
    ([1, 1, 0], {'result': 'FAIL', 'stdout': '1..2\nok 1 /a\nnot ok 2 /b\n'}),
    ([1, 0, 1], {'result': 'OK', 'stdout': 'ok 1 /a\nok 2 /b # SKIP no camera\n1..2\n'}),
    ([0, 0, 1], {'result': 'SKIP', 'stdout': '1..1\nok 1 /a # skip\n'}),
    ([1, 1, 0], {'result': 'ERROR', 'stdout': '1..3\nok 1 /a\n# GLib-ERROR\nBail out!\n'}),
    ([1, 1, 0], {'result': 'OK', 'stdout': '1..3\nok 1 /a\n'}),
    ([3, 1, 0], {'result': 'ERROR', 'stdout': '1..3\nok 1 /a\nok 2 /b\nok 3 /c\n'}),
]


def self_test():
    wrong = 0
    for expected, test in SELF_TEST:
        found = tally([dict(test, name='an expected failure')])
        if found != expected:
            print(f'{test}: expected {expected}, found {found}')
            wrong += 1
    return wrong != 0


def main(argument):
    if argument == '--self-test':
        return self_test()
    with open(argument, encoding='utf-8') as lines:
        tests = [json.loads(line) for line in lines]
    print(*tally(tests))
    return 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) == 2 else __doc__)
