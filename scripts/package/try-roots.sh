#!/usr/bin/env bash
# Tries the camera's package on clean Debian roots with systemd as their first process: installed, started as its unit says, recorded with a
# simulated sensor and a station outside, upgraded and downgraded with a recording in the spool, removed, purged.
#   npm run package:test [-- SUITE...]     bookworm and trixie unless given
# Needs root, debootstrap, cgroup v2 and some minutes; roots are kept in $SEALCAM_ROOTS (/var/cache/sealcam-roots).
set -euo pipefail

here=$(cd "$(dirname "$0")/../.." && pwd)
roots=${SEALCAM_ROOTS:-/var/cache/sealcam-roots}
sealcam=$here/sealcam
work=$(mktemp -d /tmp/sealcam-roots-XXXXXX)
parts=()
machine=

fail() { echo "FAILED $suite: $*" >&2; exit 1; }
ok() { echo "ok   $suite: $*"; }

finish() {
  trap - EXIT
  [[ -z $machine ]] || kill -KILL "$machine" 2>/dev/null || true
  ((${#parts[@]} == 0)) || kill "${parts[@]}" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

# Runs a command in the booted root.
inside() { nsenter -t "$machine" -m -p -u -i -C -r -w -- env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive "$@"; }
as_sealcam() { inside setpriv --reuid=sealcam --regid=sealcam --clear-groups "$@"; }

# Waits until a command succeeds; the limit only ends a try that hangs.
until_true() {
  local what=$1
  shift
  for _ in $(seq 600); do
    "$@" >/dev/null 2>&1 && return
    sleep 0.5
  done
  inside journalctl -u sealcam-agent --no-pager -n 30 -o cat >&2 || true
  fail "in vain waited until $what"
}

root_of() {
  local root=$roots/$1
  [[ -e $root/.whole ]] || {
    rm -rf "$root"
    mkdir -p "$root"
    debootstrap --variant=minbase --include=systemd,dbus,adduser,libstdc++6 "$1" "$root" >"$work/debootstrap.log" 2>&1 ||
      fail "debootstrap: $(tail -n 1 "$work/debootstrap.log")"
    rm -rf "$root"/var/cache/apt/archives/*.deb
    touch "$root/.whole"
  }
  echo "$root"
}

boot() {
  local root
  root=$(root_of "$suite")
  mkdir -p "$work/$suite/copy"
  setsid unshare --mount --pid --uts --ipc --cgroup --fork --kill-child=KILL \
    sh "$here/scripts/package/boot-root.sh" "$root" "$work/$suite/copy" "$work" >"$work/$suite/boot.log" 2>&1 </dev/null &
  parts+=($!)
  local parent=$! child=
  for _ in $(seq 200); do
    child=$(pgrep -P "$parent" -f 'systemd --unit=multi-user' || true)
    [[ -z $child ]] || break
    sleep 0.2
  done
  machine=$child
  [[ -n $machine ]] || fail "systemd did not start: $(tail -n 3 "$work/$suite/boot.log")"
  until_true "systemd answers" inside systemctl list-units
}

agency() {
  local a=$work/agency
  "$sealcam" provision root --agency "$a" --name Try --no-passphrase
  "$sealcam" provision recipient --out "$work/alice" --label Alice --no-passphrase
  "$sealcam" provision roster --agency "$a" --role "evidence=$work/alice.pub"
  "$sealcam" provision station --agency "$a" --id station-1 --out "$work/station-1"
} >/dev/null

station_on() {
  "$sealcam" station --config "$work/station.yaml" >>"$work/station.log" 2>&1 &
  station=$!
  parts+=("$station")
}
station_off() { kill "$station" && wait "$station" || true; }

press() { echo "{\"press\":\"$1\"}" >&9; }

# What the agent has said so many times, since it was installed.
said() { [[ $(inside journalctl -u sealcam-agent --no-pager -o cat | grep -c "\"event\":\"$1\"") -ge $2 ]]; }
has_receipts() { said recording.receipted "$1"; }
in_spool() { inside sh -c 'ls /var/lib/sealcam/spool | grep -c "\.seal$"' || true; }
spool_has() { [[ $(in_spool) -ge 1 ]]; }
spool_empty() { [[ $(in_spool) == 0 ]]; }
is_active() { [[ $(inside systemctl is-active sealcam-agent) == active ]]; }
# The lamp as the simulated sensor shows it.
lamp_is() { [[ $(grep '"event":"lamp"' "$work/$suite/sim.log" | tail -n 1) == *"\"state\":\"$1\""* ]]; }

record() {
  until_true "the lamp shows standby" lamp_is standby
  press start
  until_true "it records" lamp_is recording
  until_true "something is in the spool" spool_has
  sleep 2
  press stop
  until_true "it stopped" lamp_is standby
}

version() { inside dpkg-query -W -f '${Version}' sealcam-camera; }
install() { inside dpkg -i "/work/packages/sealcam-camera_$1_$arch.deb" 2>&1 | tee -a "$work/$suite/dpkg.log" >"$work/$suite/last.log" || fail "dpkg -i $1: $(tail -n 3 "$work/$suite/last.log")"; }

try() {
  boot
  install "$old"
  grep -q 'ok *addon' "$work/$suite/last.log" || fail "no doctor ran: $(cat "$work/$suite/last.log")"
  ! is_active || fail "it runs without keys"
  ok "installed; the doctor ran: $(grep -c '^ok' "$work/$suite/last.log") ok, $(grep -c '^warn' "$work/$suite/last.log" || true) warnings"

  as_sealcam sealcam provision camera --id "camera-$suite" --out /var/lib/sealcam/camera >"$work/$suite/keys"
  inside cp -r /var/lib/sealcam/camera/. "/work/$suite/request"
  mapfile -t ids < <(grep -oE '[0-9a-f]{64}' "$work/$suite/keys")
  "$sealcam" provision sign --agency "$work/agency" --request "$work/$suite/request" --id "camera-$suite" \
    --key-id "${ids[0]}" --key-id "${ids[1]}" --station station-1 --out "$work/$suite/papers" >/dev/null
  chmod -R a+rX "$work/$suite" "$work"
  as_sealcam sealcam provision take --camera /var/lib/sealcam/camera --from "/work/$suite/papers" >/dev/null

  mkfifo "$work/$suite/orders"
  "$sealcam" sim --link "$work/$suite/tty" <"$work/$suite/orders" >"$work/$suite/sim.log" 2>&1 &
  parts+=($!)
  exec 9>"$work/$suite/orders"
  until_true "the simulator is there" test -e "$work/$suite/tty"
  chmod 666 "$(readlink -f "$work/$suite/tty")"
  inside sed -i -e "s#/dev/sealcam-sensor#/work/$suite/tty#" -e "s#station.example:8883#127.0.0.1:$port#" /etc/sealcam/agent.yaml
  inside systemctl start sealcam-agent || fail "it did not start: $(inside journalctl -u sealcam-agent --no-pager -n 20 -o cat)"
  ok "keys made, started as its unit says: $(inside systemctl show -p User,MainPID,Type --value sealcam-agent | tr '\n' ' ')"

  record
  until_true "the station has it" has_receipts 1
  until_true "the spool is empty" spool_empty
  ok "recorded, receipted, deleted from the spool"

  station_off
  record
  install "$new"
  [[ $(version) == "$new" ]] && is_active && spool_has || fail "after the upgrade"
  station_on
  until_true "the station has it" has_receipts 2
  ok "upgraded with a recording in the spool, which was then sent"

  station_off
  record
  install "$old"
  [[ $(version) == "$old" ]] && is_active && spool_has || fail "after the downgrade"
  ok "downgraded with a recording in the spool"

  inside dpkg --remove sealcam-camera >/dev/null 2>&1
  ! is_active && spool_has || fail "after the removal"
  inside dpkg --purge sealcam-camera >"$work/$suite/purge.log" 2>&1
  grep -q 'was kept' "$work/$suite/purge.log" && spool_has || fail "purged: $(cat "$work/$suite/purge.log")"
  ok "removed; purged, and the recording that no one has receipted is still there, with the keys"

  install "$old"
  inside sed -i -e "s#/dev/sealcam-sensor#/work/$suite/tty#" -e "s#station.example:8883#127.0.0.1:$port#" /etc/sealcam/agent.yaml
  inside systemctl restart sealcam-agent
  station_on
  until_true "the station has it" has_receipts 3
  until_true "the spool is empty" spool_empty
  inside dpkg --purge sealcam-camera >/dev/null 2>&1
  inside test -e /var/lib/sealcam/camera/identity.crt && ! inside test -e /etc/sealcam || fail "purged too much, or too little"
  local whole
  whole=$("$sealcam" inventory --store "$work/evidence" --vault "$work/vault" --trust "$work/agency/root.crt" |
    sed -n "/camera-$suite/,/^camera/p" | grep -c ': complete (\|: complete, ' || true)
  ok "installed again, sent; purged, and only the keys are left; the station's inventory has $whole complete recordings"
  exec 9>&-
  kill -KILL "$machine"
  machine=
}

suite=all
((EUID == 0)) || fail "it needs root, for namespaces and mounts"
arch=$(dpkg --print-architecture)
version=$(node -p "require('$here/package.json').version")
old=$version-1
new=$version-2
mkdir "$work/packages"
for revision in 1 2; do
  node "$here/scripts/package.mjs" --only sealcam-camera --revision "$revision" --out "$work/packages" ${SEALCAM_NODE:+--node "$SEALCAM_NODE"} 2>"$work/build.log" ||
    fail "$(tail -n 3 "$work/build.log")"
done
port=$(node -e "const s=require('net').createServer().listen(0,'127.0.0.1',()=>{console.log(s.address().port);s.close()})")
agency
printf 'station: station-1\nstore: evidence\nvault: vault\nbroker: {embedded: {host: 127.0.0.1, port: %s}}\n' "$port" >"$work/station.yaml"
station_on
((${#@} > 0)) || set -- bookworm trixie
for suite in "$@"; do try; done
