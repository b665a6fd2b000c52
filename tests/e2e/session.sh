#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# session.sh COMMAND…: runs COMMAND on a display and a session bus of its own, in an empty home.
# TILL_E2E_SCREEN: the display's size, 1280x900 unless told. TILL_E2E_LANGUAGE: zh_CN for Chinese.
# Says in TAP that it skips where a program is missing.
for program in Xvfb dbus-daemon; do
  command -v "$program" >/dev/null || { echo "1..0 # SKIP no $program"; exit 0; }
done

T=$(mktemp -d "${TMPDIR:-/tmp}/till-session.XXXXXX") || exit 1
export HOME=$T/home XDG_RUNTIME_DIR=$T/run XDG_DATA_HOME=$T/home/data XDG_CONFIG_HOME=$T/home/config
export XDG_CACHE_HOME=$T/home/cache GSETTINGS_BACKEND=memory GSK_RENDERER=cairo GDK_BACKEND=x11
mkdir -p "$XDG_DATA_HOME" "$XDG_CONFIG_HOME" "$XDG_CACHE_HOME"
mkdir -m 0700 "$XDG_RUNTIME_DIR"
unset WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS AT_SPI_BUS_ADDRESS

# A locale of its own: the machine may have none but C, under which gettext stays silent.
if [ -n "${TILL_E2E_LANGUAGE:-}" ]; then
  mkdir "$T/locale"
  localedef -i "$TILL_E2E_LANGUAGE" -f UTF-8 "$T/locale/$TILL_E2E_LANGUAGE.UTF-8" ||
    { echo "1..0 # SKIP no locale $TILL_E2E_LANGUAGE"; exit 0; }
  export LOCPATH=$T/locale LC_ALL=$TILL_E2E_LANGUAGE.UTF-8
fi

exec 7>"$T/display"
Xvfb -displayfd 7 -screen 0 "${TILL_E2E_SCREEN:-1280x900}x24" -nolisten tcp -noreset \
  >"$T/xvfb.log" 2>&1 &
X=$!
exec 7>&-
exec 8>"$T/address"
dbus-daemon --session --nofork --print-address=8 >"$T/dbus.log" 2>&1 &
D=$!
exec 8>&-
trap 'kill $D $X 2>/dev/null; wait $D $X 2>/dev/null; rm -rf "$T"' EXIT
trap 'exit 130' INT TERM

for _ in $(seq 400); do
  [ -s "$T/display" ] && [ -s "$T/address" ] && break
  sleep .05
done
DISPLAY=:$(cat "$T/display")
DBUS_SESSION_BUS_ADDRESS=$(cat "$T/address")
export DISPLAY DBUS_SESSION_BUS_ADDRESS

"$@"
