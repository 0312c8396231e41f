#!/usr/bin/env bash
# A cell for trial: an agency, Mosquitto, a station and a simulated camera on this machine, with throwaway keys.
# deploy/cell/README.md says what it shows, and how a real cell differs.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
sealcam="$here/../../sealcam"
examples="$here/../../docs/examples"
port=${SEALCAM_CELL_PORT:-18883}
restarted='mosquitto version .* running'
parts=()

usage() {
  echo "cell.sh new DIR     makes an agency, a station and two cameras with throwaway keys in DIR
cell.sh run DIR     runs broker and station until Ctrl-C
cell.sh record DIR  records ten seconds with a simulated camera while the cell runs
cell.sh revoke DIR CAMERA   revokes a camera's TLS key, and brings the list to the station
cell.sh try DIR     all of it, one after the other" >&2
  exit 2
}

say() { printf '\n== %s\n' "$*"; }
fail() { echo "cell.sh: $*" >&2; exit 1; }

new() {
  say "An agency with a recipient, a roster, a station and two cameras"
  mkdir -p "$dir"
  [[ ! -e $dir/agency ]] || fail "\"$dir\" has a cell already: give another folder"
  "$sealcam" provision root --agency "$dir/agency" --name "Trial agency" --no-passphrase
  "$sealcam" provision recipient --out "$dir/alice" --label Alice --no-passphrase
  "$sealcam" provision roster --agency "$dir/agency" --role "evidence=$dir/alice.pub"
  "$sealcam" provision station --agency "$dir/agency" --id station-1 --out "$dir/station-1"
  for camera in camera-1 camera-2; do
    "$sealcam" provision camera --agency "$dir/agency" --id $camera --station station-1 --out "$dir/$camera"
  done
  say "The second camera was lost: the agency's first revocation list, and the CRL that goes with it"
  mkdir -p "$dir/revocations" "$dir/mosquitto"
  sign_revocation camera-2
  cp "$dir/revocations/1.crl" "$dir/station-1/revoked.crl"
  for name in mosquitto.conf mosquitto.acl; do
    sed -e "s|@FOLDER@|$dir/mosquitto|g; s|@STATION@|$dir/station-1|g; s|@STATION_ID@|station-1|g" \
      -e "s|@PORT@|$port|g; s|@ADDRESS@|127.0.0.1|g" "$examples/$name" >"$dir/mosquitto/$name"
  done
  # A real broker runs as a user of its own, who may read its key.
  [[ $(id -u) != 0 ]] || echo "user root" >>"$dir/mosquitto/mosquitto.conf"
  # Mosquitto warns of rules that others may change.
  chmod 600 "$dir/mosquitto/"*
  sed -e "s|@PORT@|$port|g" "$here/station.yaml" >"$dir/station.yaml"
  sed -e "s|@PORT@|$port|g; s|@FOLDER@|$dir|g" "$here/camera.yaml" >"$dir/camera-1.yaml"
}

# Mosquitto, and its restart when the station has installed another CRL: what sealcam-mosquitto-crl.path does with systemd.
broker() {
  local read=
  trap 'kill "$read" 2>/dev/null || true; exit 0' TERM INT
  while true; do
    cp "$dir/station-1/revoked.crl" "$dir/mosquitto/read.crl"
    "$(PATH=$PATH:/usr/sbin command -v mosquitto)" -c "$dir/mosquitto/mosquitto.conf" >>"$dir/mosquitto.log" 2>&1 &
    read=$!
    while kill -0 $read 2>/dev/null && cmp -s "$dir/station-1/revoked.crl" "$dir/mosquitto/read.crl"; do sleep 1; done
    kill $read 2>/dev/null || fail "Mosquitto has ended: see $dir/mosquitto.log"
    wait $read || true
    echo "Mosquitto restarts with a new CRL"
  done
}

start() {
  PATH=$PATH:/usr/sbin command -v mosquitto >/dev/null || fail "Mosquitto is not installed: apt-get install mosquitto"
  [[ -e $dir/station.yaml ]] || fail "\"$dir\" has no cell: make one with \"cell.sh new $dir\""
  local before
  before=$(count "$dir/station.log" 'Connected to the broker')
  say "Mosquitto on port $port and the station; their logs are $dir/mosquitto.log and $dir/station.log"
  broker &
  parts+=($!)
  "$sealcam" station --config "$dir/station.yaml" --log-format text >>"$dir/station.log" 2>&1 &
  parts+=($!)
  until_says "$dir/station.log" 'Connected to the broker' $((before + 1))
}

# How many lines of a log say it: 0 also if there is no log yet.
count() { if [[ -e $1 ]]; then grep -c -- "$2" "$1" || true; else echo 0; fi; }

# Waits until a log has a line so many times.
until_says() {
  for _ in $(seq 120); do
    (($(count "$1" "$2") >= $3)) && return
    sleep 1
  done
  fail "$1 does not say \"$2\""
}

# What the station has, with the newest revocation list.
inventory() {
  local newest
  newest=$(printf '%s\n' "$dir"/revocations/*.dsse | sort -V | tail -n 1)
  # A start between two key pictures leaves a signed gap (exit code 4), and at first the store is empty (2).
  "$sealcam" inventory --store "$dir/evidence" --vault "$dir/vault" --trust "$dir/agency/root.crt" \
    --revocations "$newest" >"$dir/inventory" 2>&1 || true
}

record() {
  local complete
  inventory
  complete=$(count "$dir/inventory" ': complete (')
  say "A simulated camera records ten seconds"
  rm -f "$dir/orders"
  mkfifo "$dir/orders"
  "$sealcam" sim --link "$dir/camera-1.tty" <"$dir/orders" >"$dir/sim.log" 2>&1 &
  local sim=$!
  parts+=("$sim")
  exec 9>"$dir/orders"
  until [[ -e $dir/camera-1.tty ]]; do
    kill -0 "$sim" 2>/dev/null || fail "the simulator has ended: see $dir/sim.log"
    sleep 0.2
  done
  local connected='broker.connected\|onnected to the broker' before
  before=$(count "$dir/camera-1.log" "$connected")
  "$sealcam" agent --config "$dir/camera-1.yaml" --log-format text >>"$dir/camera-1.log" 2>&1 &
  parts+=($!)
  until_says "$dir/camera-1.log" "$connected" $((before + 1))
  echo '{"press":"start"}' >&9
  sleep 10
  echo '{"press":"stop"}' >&9
  say "The inventory, once the station has all of it"
  for _ in $(seq 60); do
    inventory
    (($(count "$dir/inventory" ': complete (') > complete)) && break
    sleep 1
  done
  cat "$dir/inventory"
  (($(count "$dir/inventory" ': complete (') > complete)) || fail "the recording did not become complete: see $dir/camera-1.log"
}

# Revokes a camera's TLS key, and carries the list from the agency's offline machine to the station.
sign_revocation() {
  local key keys
  # A renewed certificate over the same key is KEYID.2.crt.
  keys=$(printf '%s\n' "$dir"/agency/issued/camera."$1".tls-client.*.crt |
    sed -nE 's/.*\.([0-9a-f]{64})(\.[0-9]+)?\.crt$/\1/p' | sort -u)
  [[ -n $keys ]] || fail "the agency has issued no TLS certificate to \"$1\""
  for key in $keys; do "$sealcam" provision revoke --agency "$dir/agency" --key-id "$key"; done
  cp "$dir"/agency/revocations/* "$dir/revocations/"
}

revoke() {
  local before
  say "The agency revokes the TLS key of $1, and the list comes to the station"
  before=$(count "$dir/mosquitto.log" "$restarted")
  sign_revocation "$1"
  until_says "$dir/mosquitto.log" "$restarted" $((before + 1))
}

stop() {
  trap - EXIT
  ((${#parts[@]} == 0)) || kill "${parts[@]}" 2>/dev/null || true
  wait || true
}

[[ $# -ge 2 ]] || usage
dir=$(mkdir -p "$2" && cd "$2" && pwd)
trap stop EXIT
trap 'exit 130' INT TERM
case $1 in
  new) new ;;
  run) start; say "Running; end it with Ctrl-C"; wait ;;
  record) record ;;
  revoke) [[ $# == 3 ]] || usage; revoke "$3" ;;
  try)
    new
    start
    record
    revoke camera-1
    until_says "$dir/mosquitto.log" 'certificate verify failed\|certificate revoked' 1
    say "Mosquitto was restarted: the camera's session has ended, and it is refused since"
    tail -n 3 "$dir/mosquitto.log"
    ;;
  *) usage ;;
esac
