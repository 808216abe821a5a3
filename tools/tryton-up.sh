#!/usr/bin/env bash
# Starts a real Tryton 6.0 ERP from Debian's packages, with an empty database, on loopback only.
#
#   tools/tryton-up.sh [up [sqlite|postgresql]]   start; the last line printed is the address
#   tools/tryton-up.sh down                       stop what `up` started in the same folder
#
# TRYTON_DIR  folder of database and logs (default: heddle-tryton in the temporary folder)
# TRYTON_PORT (default 8000)  TRYTON_DB (default erp)  TRYTON_PASSWORD of the user admin (default hub-admin-1)
# TRYTON_TEMPLATES  folder that keeps a fresh SQLite database for the next start; without it each start makes its own
# As root it installs what is missing; otherwise it says what to install.
set -euo pipefail

dir=${TRYTON_DIR:-${TMPDIR:-/tmp}/heddle-tryton}
port=${TRYTON_PORT:-8000}
db=${TRYTON_DB:-erp}
password=${TRYTON_PASSWORD:-hub-admin-1}
modules=(production production_routing production_work production_split purchase purchase_request
  purchase_amendment purchase_history stock_supply stock_supply_production stock_lot product_cost_history)
# Debian's modules belong to Debian's Python, whatever other one comes first in PATH.
python=/usr/bin/python3

say() { echo "tryton-up: $*" >&2; }

install_packages() {
  local packages=(tryton-server "${modules[@]/#/tryton-modules-}") missing=()
  packages=("${packages[@]//_/-}")
  if [ "$1" = postgresql ]; then packages+=(postgresql python3-psycopg2); fi
  for package in "${packages[@]}"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
  done
  if [ ${#missing[@]} -eq 0 ]; then return; fi
  if [ "$(id -u)" -ne 0 ]; then
    say "install these packages first: ${missing[*]}"
    exit 3
  fi
  say "installing ${#missing[@]} packages"
  export DEBIAN_FRONTEND=noninteractive
  local log
  log=$(mktemp)
  if ! { apt-get update -q && apt-get install -y -q --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    exit 3
  fi
  rm -f "$log"
}

# Sets $uri to an empty database's server.
make_sqlite() {
  rm -f "$dir/db/$db.sqlite"
  : >"$dir/db/$db.sqlite" # Tryton wants the file to be there
  uri="sqlite://"
}

pg() { su postgres -s /bin/sh -c "$*"; }

make_postgresql() {
  local bin pgport=${TRYTON_PGPORT:-54329}
  bin=$(echo /usr/lib/postgresql/*/bin | awk '{ print $NF }')
  rm -rf "$dir/pg"
  install -d -o postgres -g postgres "$dir/pg"
  chmod 755 "$dir"
  pg "$bin/initdb -D $dir/pg -A trust -U tryton --no-sync" >/dev/null
  pg "$bin/pg_ctl -D $dir/pg -w -l $dir/pg/log -o '-p $pgport -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off' start" >/dev/null
  "$bin/createdb" -h 127.0.0.1 -p "$pgport" -U tryton "$db"
  uri="postgresql://tryton@127.0.0.1:$pgport/"
}

answers() {
  curl -sf -o /dev/null -X POST -H 'Content-Type: application/json' \
    -d '{"id":0,"method":"common.server.version","params":[]}' "http://127.0.0.1:$port/"
}

up() {
  local backend=${1:-sqlite}
  install_packages "$backend"
  down
  mkdir -p "$dir/db"
  if answers; then
    say "something answers at port $port already; set TRYTON_PORT"
    exit 4
  fi
  case $backend in
    sqlite) make_sqlite ;;
    postgresql) make_postgresql ;;
    *) say "unknown database $backend: sqlite or postgresql"; exit 2 ;;
  esac
  cat >"$dir/trytond.conf" <<CONF
[database]
uri = $uri
path = $dir/db
[web]
listen = 127.0.0.1:$port
[session]
timeout = ${TRYTON_SESSION_SECONDS:-2592000}
authentications = password
CONF
  local template=
  if [ "$backend" = sqlite ] && [ -n "${TRYTON_TEMPLATES:-}" ]; then
    # The password is in the database too.
    template=$TRYTON_TEMPLATES/$(dpkg-query -W -f '${Version}' tryton-server)-$(printf %s "$password" | sha256sum | cut -c1-12).sqlite
  fi
  if [ -n "$template" ] && [ -f "$template" ]; then cp "$template" "$dir/db/$db.sqlite"; else make_tables; fi
  if [ -n "$template" ] && [ ! -f "$template" ]; then
    mkdir -p "$TRYTON_TEMPLATES"
    cp "$dir/db/$db.sqlite" "$template.$$"
    mv "$template.$$" "$template"
  fi
  serve
}

make_tables() {
  (umask 077 && printf '%s\n' "$password" >"$dir/passfile")
  say "creating the database"
  local admin=("$python" /usr/bin/trytond-admin -c "$dir/trytond.conf" -d "$db")
  if ! { TRYTONPASSFILE="$dir/passfile" "${admin[@]}" --all --email admin@example.test &&
    "${admin[@]}" -u "${modules[@]}" --activate-dependencies; } >"$dir/init.log" 2>&1; then
    tail -n 20 "$dir/init.log" >&2
    exit 5
  fi
  rm -f "$dir/passfile"
}

serve() {
  setsid nohup "$python" /usr/bin/trytond -c "$dir/trytond.conf" -d "$db" --pidfile "$dir/trytond.pid" \
    >"$dir/trytond.log" 2>&1 </dev/null &
  for _ in $(seq 1 120); do
    if answers; then
      echo "http://127.0.0.1:$port"
      return
    fi
    sleep 0.25
  done
  tail -n 20 "$dir/trytond.log" >&2
  exit 6
}

down() {
  if [ -f "$dir/trytond.pid" ]; then
    local pid
    pid=$(cat "$dir/trytond.pid")
    if kill "$pid" 2>/dev/null; then
      while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
    fi
    rm -f "$dir/trytond.pid"
  fi
  if [ -f "$dir/pg/postmaster.pid" ]; then
    local bin
    bin=$(echo /usr/lib/postgresql/*/bin | awk '{ print $NF }')
    pg "$bin/pg_ctl -D $dir/pg -m fast stop" >/dev/null
  fi
}

case ${1:-up} in
  up) up "${2:-sqlite}" ;;
  down) down ;;
  *) say "unknown command $1: up or down"; exit 2 ;;
esac
