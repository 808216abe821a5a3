#!/usr/bin/env bash
# Prints where the program of Eclipse Mosquitto is, the MQTT broker that plants have; installs Debian's where it is not.
#
#   HEDDLE_MOSQUITTO=$(tools/mosquitto.sh) npx vitest run src/connectors/b2mml
#
# As root, or where sudo asks for no password, it installs what is missing; otherwise it says what to install.
set -euo pipefail

# Debian keeps daemons where only root looks.
PATH=$PATH:/usr/sbin:/sbin

say() { echo "mosquitto: $*" >&2; }

install_package() {
  local as_root=() log
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null || ! sudo -n true 2>/dev/null; then
      say "install the package mosquitto first: this user may not"
      exit 3
    fi
    as_root=(sudo -n env DEBIAN_FRONTEND=noninteractive)
  fi
  say "installing the package mosquitto"
  export DEBIAN_FRONTEND=noninteractive
  log=$(mktemp)
  if ! { "${as_root[@]}" apt-get update -q &&
    "${as_root[@]}" apt-get install -y -q --no-install-recommends mosquitto; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    say "the package mosquitto could not be installed"
    exit 3
  fi
  rm -f "$log"
}

if ! command -v mosquitto >/dev/null; then install_package; fi
command -v mosquitto
