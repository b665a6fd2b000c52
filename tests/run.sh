#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what is missing, builds Till with -Werror and runs all tests, then the unit tests again
# under the address and undefined behaviour sanitizers, then the checks of translations and desktop
# files. Ends with the line "N passed, N failed, N skipped" and fails where a test failed.
#
#   tests/run.sh            a clean build in a temporary folder
#   TILL_BUILD=DIR tests/run.sh   builds in DIR and keeps it, for the next run
set -u
export LC_ALL=C.UTF-8
cd "$(dirname "$0")/.." || exit 1

if command -v apt-get >/dev/null; then
  sh data/setup.sh || echo "Some packages could not be installed: their tests fail or are skipped."
fi
scratch=$(mktemp -d "${TMPDIR:-/tmp}/till-tests.XXXXXX") || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
build=${TILL_BUILD:-$scratch}
passed=0
failed=0
skipped=0
begun=$(date +%s)

say() {
  printf '%4d s  %s\n' $(($(date +%s) - begun)) "$*"
}

# check WHAT COMMAND…: one test, that COMMAND ends well.
check() {
  what=$1
  shift
  say "$what"
  if "$@" >"$scratch/log" 2>&1; then
    passed=$((passed + 1))
    return 0
  fi
  failed=$((failed + 1))
  echo "failed: $what"
  tail -n 60 "$scratch/log"
  return 1
}

skip() {
  say "skipped: $*"
  skipped=$((skipped + 1))
}

# Counts each point of each test that meson runs in the build folder $1. Three at a time on two
# cores: the longest ones wait for readers and disks.
run_tests() {
  folder=$1
  shift
  rm -f "$folder/meson-logs/testlog.json"
  meson test -C "$folder" --no-rebuild --num-processes 3 "$@" >"$scratch/log" 2>&1
  if counts=$(tests/tally.py "$folder/meson-logs/testlog.json" 2>"$scratch/failures"); then
    # shellcheck disable=SC2086 # three numbers
    set -- $counts
    passed=$((passed + $1))
    failed=$((failed + $2))
    skipped=$((skipped + $3))
    say "$1 passed, $2 failed, $3 skipped"
    # What a run wants to be known of it: what was drawn, and how fast.
    sed -n 's/^# note: /        /p' "$folder/meson-logs/testlog.txt"
    cat "$scratch/failures"
  else
    failed=$((failed + 1))
    echo "failed: meson test in $folder"
    tail -n 60 "$scratch/log"
  fi
}

# build FOLDER OPTION…
build() {
  folder=$1
  shift
  [ -f "$folder/build.ninja" ] || meson setup "$folder" . -Dwerror=true "$@" || return 1
  ninja -C "$folder"
}

# Each sentence of the sources is in the translation, translated.
is_translated() {
  xgettext --files-from=po/POTFILES --from-code=UTF-8 --output="$scratch/till.pot" \
    --keyword=_ --keyword=N_ --keyword=C_:1c,2 --keyword=NC_:1c,2 --keyword=g_dngettext:2,3 &&
    msgcmp "$1" "$scratch/till.pot"
}

# There is no home page yet: an older appstreamcli does not know that word, a newer one calls it a
# warning.
is_metainfo() {
  appstreamcli validate --no-net "$1" ||
    appstreamcli validate --no-net --override=url-homepage-missing=info "$1"
}

# Files that hold sentences for people and are not in po/POTFILES, which would leave them English.
are_listed() {
  grep -lE '[^a-zA-Z_](_|N_|C_|NC_|ngettext) ?\("' -r src --include='*.c' --include='*.h' |
    sort >"$scratch/with-sentences"
  ls ui/*.ui 2>/dev/null >>"$scratch/with-sentences"
  grep -vE '^(#|$)' po/POTFILES | sort >"$scratch/listed"
  missing=$(sort "$scratch/with-sentences" | comm -23 - "$scratch/listed")
  [ -z "$missing" ] || { echo "not in po/POTFILES: $missing"; return 1; }
}

if check "build with -Werror" build "$build/plain"; then
  run_tests "$build/plain"
fi
if check "build with sanitizers" build "$build/sanitized" \
    -Db_sanitize=address,undefined -Db_lundef=false; then
  run_tests "$build/sanitized" --suite unit --timeout-multiplier 4
fi

for po in po/*.po; do
  [ -f "$po" ] || { skip "translations: there are none"; break; }
  check "$po: format" msgfmt --check --output-file=/dev/null "$po"
  check "$po: complete" is_translated "$po"
done
if [ -f po/POTFILES ]; then
  check "po/POTFILES" are_listed
fi
for file in "$build"/plain/data/*.desktop; do
  [ -f "$file" ] || { skip "desktop file: there is none"; break; }
  check "${file##*/}" desktop-file-validate "$file"
done
for file in "$build"/plain/data/*.metainfo.xml; do
  [ -f "$file" ] || { skip "metainfo: there is none"; break; }
  check "${file##*/}" is_metainfo "$file"
done

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
