#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what is missing, builds Till in build/ and opens the training shop. Without a display it
# plays the same sale on the command line.
#
#   data/demo.sh            the window, where there is a display
#   data/demo.sh --text     the command line in any case
set -eu
cd "$(dirname "$0")/.."

case ${LC_ALL:-${LC_MESSAGES:-${LANG:-}}} in
  zh*) chinese=yes ;;
  *) chinese= ;;
esac

bold='' plain=''
if [ -t 1 ]; then
  bold=$(printf '\033[1m')
  plain=$(printf '\033[0m')
fi

# say ENGLISH CHINESE
say() {
  if [ -n "$chinese" ]; then
    printf '\n%s%s%s\n' "$bold" "$2" "$plain"
  else
    printf '\n%s%s%s\n' "$bold" "$1" "$plain"
  fi
}

say "Installing what is missing …" "正在安装缺少的软件包……"
sh data/setup.sh
say "Building in build/ …" "正在编译到 build/……"
[ -f build/build.ninja ] || meson setup build --buildtype=release -Dtests=false >/dev/null
ninja -C build

till=$PWD/build/src/till
export TILL_UNINSTALLED=1

if [ "${1:-}" != --text ] && [ -n "${WAYLAND_DISPLAY:-}${DISPLAY:-}" ]; then
  say "Opening the training shop. No money moves." "正在打开练习店铺，不会动用真钱。"
  exec "$till" --demo
fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/till-demo.XXXXXX")
sandbox=
end() {
  [ -z "$sandbox" ] || kill "$sandbox" 2>/dev/null || true
  rm -rf "$folder"
}
trap end EXIT
trap 'exit 130' INT TERM

shop() {
  printf '$ till %s\n' "$*"
  "$till" --profile "$folder/shop" "$@"
}

# ask PATH JSON: what the customer's phone does.
ask() {
  curl --silent --show-error --fail --cacert "$ca" --header 'Content-Type: application/json' \
    --data "$2" "$url$1"
}

# paycode ACQUIRER SCENARIO: a fresh payment code on the customer's phone.
paycode() {
  ask /sandbox/customer "{\"do\":\"code\",\"acquirer\":\"$1\",\"scenario\":\"$2\"}" |
    sed 's/.*"code":"\([0-9]*\)".*/\1/'
}

# until_there PATTERN FILE: waits for a line, as long as the program that writes it lives.
until_there() {
  until grep -q "$1" "$2"; do
    kill -0 "$3" || { cat "$2"; exit 1; }
    sleep 0.1
  done
}

say "There is no display, so this is the command line. First the wallets' side, on this computer:" \
  "没有图形界面，改用命令行演示。先在本机启动模拟的支付平台："
echo "$ till sandbox"
"$till" sandbox --listen 127.0.0.1:0 >"$folder/sandbox" &
sandbox=$!
until_there listening "$folder/sandbox" "$sandbox"
cat "$folder/sandbox"
url=$(sed 's/.*"listening":"\([^"]*\)".*/\1/' "$folder/sandbox")
ca=$(sed 's/.*"ca":"\([^"]*\)".*/\1/' "$folder/sandbox")

say "A training shop, in a folder that is thrown away:" "新建一个练习店铺，用完即删："
shop init --demo
sed -i "s|https://127.0.0.1:8443|$url|" "$folder/shop/profile.ini"

say "Is all in order?" "检查一切是否就绪："
shop doctor

say "The customer shows a payment code. Whose is it?" "顾客出示付款码。这是谁家的码？"
code=$(paycode wechat approve)
shop identify "$code"
say "Charge it:" "收款："
shop charge 12.50 --code "$code"

say "Another customer, with too little money:" "另一位顾客，余额不足："
shop charge 99 --code "$(paycode alipay not-enough)" && exit 1

say "Now the shop shows a code for the customer to scan:" "现在由店家出示收款码，请顾客扫："
shop collect 8.80 --brand alipay >"$folder/collect" &
collect=$!
until_there https:// "$folder/collect" "$collect"
cat "$folder/collect"
seen=$(wc -c <"$folder/collect")
say "The customer scans it and pays:" "顾客扫码付款："
text=$(grep -o 'https://[^ ]*' "$folder/collect")
ask /sandbox/customer "{\"do\":\"pay\",\"text\":\"$text\"}" >/dev/null
wait "$collect"
tail -c +$((seen + 1)) "$folder/collect"

say "A part of it is given back:" "退一部分："
order=$("$till" --profile "$folder/shop" --json list --limit 1 |
  sed 's/^{"order":"\([^"]*\)".*/\1/')
shop refund "$order" 3.00

say "All sales:" "全部交易："
shop list
say "The proof of one sale, row by row:" "一笔交易的凭据，逐条："
shop show "$order"
say "Nobody has changed the journal:" "流水没有被改动："
shop journal verify

say "That was it. With a display, the same command opens the window." \
  "演示完毕。有图形界面时，同一条命令会打开窗口。"
