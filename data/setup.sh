#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what Till needs to build, run and test on Debian 12 and 13.
# Asks for root rights only when a package is missing.
set -eu

packages="
  gcc g++ pkg-config meson ninja-build gettext ca-certificates
  libgtk-4-dev libgtk-4-bin libadwaita-1-dev libglib2.0-bin
  libcurl4-openssl-dev libssl-dev libsqlite3-dev libjson-glib-dev libqrencode-dev libpng-dev
  zlib1g-dev
  libgdk-pixbuf-2.0-dev libzbar-dev libzxing-dev
  libgstreamer1.0-dev libgstreamer-plugins-base1.0-dev gstreamer1.0-plugins-base
  gstreamer1.0-plugins-good gstreamer1.0-pipewire gstreamer1.0-tools
  pipewire pipewire-bin wireplumber
  libnfc-dev libpcsclite-dev
  libsecret-1-dev libsoup-3.0-dev glib-networking openssl curl sqlite3
  adwaita-icon-theme librsvg2-common gsettings-desktop-schemas fonts-noto-cjk
  desktop-file-utils appstream locales
  python3 python3-gi gir1.2-atspi-2.0 at-spi2-core dbus xvfb xauth xdotool imagemagick zbar-tools
  libx11-dev
"

missing=""
for package in $packages; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
    missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=""
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || {
    echo "Run as root, or install sudo: apt-get install$missing" >&2
    exit 1
  }
  as_root=sudo
fi

echo "Installing:$missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get -qq update
# shellcheck disable=SC2086 # one word a package
$as_root env DEBIAN_FRONTEND=noninteractive \
  apt-get -qq install -y --no-install-recommends $missing >/dev/null
