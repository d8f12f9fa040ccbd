#!/usr/bin/env bash
# Installs the real programs that tests and benches talk to: those that are missing, from Debian's
# packages, where that is allowed. Tests that lack one are skipped by name.
set -uo pipefail
export PATH="$PATH:/usr/sbin:/sbin:/usr/local/bin:/usr/local/go/bin" DEBIAN_FRONTEND=noninteractive

# The conformance tests for HTTP/2 clients are a Go program.
if ! command -v h2specd >/dev/null && command -v go >/dev/null && [ "$(id -u)" = 0 ]; then
  GOBIN=/usr/local/bin timeout 200 go install github.com/summerwind/h2spec/cmd/h2specd@latest \
    >/dev/null 2>&1 || echo "not installed: h2specd"
fi

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
PACKAGES

[ "${#missing[@]}" = 0 ] && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "not installed, and this can't do it: ${missing[*]}"
  exit 0
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
{
  timeout 120 apt-get update
  timeout 400 apt-get install -y --no-install-recommends "${missing[@]}"
} >"$log" 2>&1 </dev/null || { tail -n 5 "$log"; echo "not installed: ${missing[*]}"; }
