#!/usr/bin/env bash
# Prints the path of wrpc-wasmtime, the host of wRPC's own authors that tests and benches talk to:
# $WRPC_WASMTIME, else the one on the PATH, else the one in .downpour/bin.
#   tools/wrpc_wasmtime.sh            finds one; builds nothing
#   tools/wrpc_wasmtime.sh --install  builds one into .downpour/bin where none is found, with cargo:
#                                     that takes 15 to 30 minutes, so nothing does it by itself
set -euo pipefail
version=0.16.0 # of the crate wrpc: the last that speaks NATS
bin=$(cd "$(dirname "$0")/.." && pwd)/.downpour/bin

find_program() {
  if [ -n "${WRPC_WASMTIME:-}" ]; then
    command -v "$WRPC_WASMTIME"
  else
    PATH="$PATH:$bin" command -v wrpc-wasmtime
  fi
}

if path=$(find_program); then
  echo "$path"
  exit 0
fi
[ "${1:-}" = --install ] || exit 1

work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"
# A project that depends on the crate makes cargo fetch its source, and say where that is.
cargo init --quiet --vcs none --name fetch fetch >&2
cd fetch
cargo add --quiet "wrpc@=$version" >&2
manifest=$(cargo metadata --quiet --format-version 1 |
  grep -o "\"manifest_path\":\"[^\"]*/wrpc-$version/Cargo.toml\"" | head -n 1 | cut -d '"' -f 4)
cp -r "$(dirname "$manifest")" "$work/wrpc"
cd "$work/wrpc"
chmod -R u+w .
# Newer compilers follow the types of its futures deeper than they are allowed to by default.
main=src/bin/wrpc-wasmtime.rs
printf '#![recursion_limit = "512"]\n' | cat - "$main" >main.rs && mv main.rs "$main"
cargo build --locked --release --bin wrpc-wasmtime --target-dir "$work/target" >&2
mkdir -p "$bin"
# Renamed, so that it is there whole or not at all.
cp "$work/target/release/wrpc-wasmtime" "$bin/wrpc-wasmtime.$$"
mv "$bin/wrpc-wasmtime.$$" "$bin/wrpc-wasmtime"
echo "$bin/wrpc-wasmtime"
