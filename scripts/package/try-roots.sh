#!/usr/bin/env bash
# Tries the packages on clean Debian roots with systemd as their first process. The camera's: installed, started as its unit says, recorded with a
# simulated sensor and a station outside, upgraded and downgraded with a recording in the spool, removed, purged. The station's: the same, with
# a camera outside.
#   npm run package:test [-- SUITE...]     bookworm and trixie unless given
# Needs root, debootstrap, cgroup v2 and some minutes; roots are kept in $SEALCAM_ROOTS (/var/cache/sealcam-roots).
set -euo pipefail

here=$(cd "$(dirname "$0")/../.." && pwd)
roots=${SEALCAM_ROOTS:-/var/cache/sealcam-roots}
sealcam=$here/sealcam
work=$(mktemp -d /tmp/sealcam-roots-XXXXXX)
parts=()
machine=

. "$here/scripts/package/machine.sh"

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
  boot_machine "$(root_of "$suite")"
  until_true "systemd answers" inside systemctl list-units
}

agent_pid() { inside systemctl show -p MainPID --value sealcam-agent; }
# upgrade REVISION: also one down; the agent that runs after it is another one than before.
upgrade() {
  local before
  before=$(agent_pid)
  install "$1"
  [[ $(version) == "$1" && $(agent_pid) != "$before" ]] && is_active && spool_has || fail "after the change to $1"
}
version() { inside dpkg-query -W -f '${Version}' sealcam-camera; }
# install REVISION [PACKAGE]
install() { inside dpkg -i "/try/packages/${2:-sealcam-camera}_$1_$arch.deb" 2>&1 | tee -a "$work/$suite/dpkg.log" >"$work/$suite/last.log" || fail "dpkg -i $1: $(tail -n 3 "$work/$suite/last.log")"; }

try() {
  boot
  install "$old"
  grep -q 'ok *addon' "$work/$suite/last.log" || fail "no doctor ran: $(cat "$work/$suite/last.log")"
  ! is_active || fail "it runs without keys"
  ok "installed; the doctor ran: $(grep -c '^ok' "$work/$suite/last.log") ok, $(grep -c '^warn' "$work/$suite/last.log" || true) warnings"

  make_keys

  sensor_on
  configure
  inside systemctl start sealcam-agent || fail "it did not start: $(inside journalctl -u sealcam-agent --no-pager -n 20 -o cat)"
  ok "keys made, started as its unit says: $(inside systemctl show -p User,MainPID,Type --value sealcam-agent | tr '\n' ' ')"

  record
  until_true "the station has it" has_receipts 1
  until_true "the spool is empty" spool_empty
  ok "recorded, receipted, deleted from the spool"

  station_off
  record
  upgrade "$new"
  station_on
  until_true "the station has it" has_receipts 2
  ok "upgraded with a recording in the spool, which was then sent"

  station_off
  record
  upgrade "$old"
  ok "downgraded with a recording in the spool"

  inside dpkg --remove sealcam-camera >/dev/null 2>&1
  ! is_active || fail "it runs after the removal"
  spool_has || fail "after the removal the spool is empty"
  inside dpkg --purge sealcam-camera >"$work/$suite/purge.log" 2>&1
  grep -q 'was kept' "$work/$suite/purge.log" && spool_has || fail "purged: $(cat "$work/$suite/purge.log")"
  ok "removed; purged, and the recording that no one has receipted is still there, with the keys"

  install "$old"
  configure
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
  station_off
  try_station
  exec 9>&-
  kill -KILL "$machine"
  machine=
}

# A camera outside, with the simulated sensor that is there already.
camera_outside() {
  local at=$work/$suite/outside
  "$sealcam" provision camera --id "outside-$suite" --out "$at/camera" >"$work/$suite/outside-keys"
  mapfile -t ids < <(grep -oE '[0-9a-f]{64}' "$work/$suite/outside-keys")
  "$sealcam" provision sign --agency "$work/agency" --request "$at/camera" --id "outside-$suite" \
    --key-id "${ids[0]}" --key-id "${ids[1]}" --station station-1 --out "$at/papers" >/dev/null
  "$sealcam" provision take --camera "$at/camera" --from "$at/papers" >/dev/null
  printf 'camera: camera\nsensor: {port: %s}\nbroker: {url: "mqtts://127.0.0.1:%s"}\nspool: spool\npolicy: {name: try, roles: [evidence]}\n' \
    "$work/$suite/tty" "$port" >"$at/agent.yaml"
  "$sealcam" agent --config "$at/agent.yaml" >"$work/$suite/outside.log" 2>&1 &
  outside_agent=$!
  parts+=("$outside_agent")
}
outside_receipts() { [[ $(grep -c '"event":"recording.receipted"' "$work/$suite/outside.log") -ge $1 ]]; }
outside_spool_has() { compgen -G "$work/$suite/outside/spool/*.seal"; }
station_runs() { [[ $(inside systemctl is-active sealcam-station) == active ]]; }
evidence_of() { inside sh -c 'ls /var/lib/sealcam-evidence/outside-*/[0-9]*.seal | wc -l'; }

try_station() {
  # Of the camera before it nothing is left but keys, which its owner takes away.
  inside rm -rf /var/lib/sealcam
  install "$old" sealcam-station
  ! station_runs && grep -q 'has no keys yet' "$work/$suite/last.log" || fail "a station without keys: $(cat "$work/$suite/last.log")"
  inside cp -r /try/station-1 /var/lib/sealcam/station
  inside chown -R sealcam: /var/lib/sealcam/station
  inside chmod 0700 /var/lib/sealcam/station
  inside sed -i "s#port: 8883#port: $port#" /etc/sealcam/station.yaml
  inside systemctl start sealcam-station || fail "the station did not start: $(inside journalctl -u sealcam-station --no-pager -n 20 -o cat)"
  camera_outside
  record outside_spool_has
  until_true "the installed station has it" outside_receipts 1
  ok "the station's package runs as its unit says, and receipted a recording"

  install "$new" sealcam-station
  station_runs || fail "the upgraded station does not run: $(inside journalctl -u sealcam-station --no-pager -n 5 -o cat)"
  [[ $(evidence_of) == 1 ]] || fail "after the station's upgrade: $(inside find /var/lib/sealcam-evidence)"
  record outside_spool_has
  until_true "the upgraded station has it" outside_receipts 2
  install "$old" sealcam-station
  station_runs || fail "after the station's downgrade"
  record outside_spool_has
  until_true "the downgraded station has it" outside_receipts 3
  ok "upgraded and downgraded the station, with a recording after each"

  kill "$outside_agent" && wait "$outside_agent" || true
  inside dpkg --purge sealcam-station >"$work/$suite/purge.log" 2>&1
  grep -q 'sealcam-evidence was kept' "$work/$suite/purge.log" && [[ $(evidence_of) == 3 ]] || fail "purged: $(cat "$work/$suite/purge.log")"
  ok "purged the station: its three recordings are still there"
}

suite=all
((EUID == 0)) || fail "it needs root, for namespaces and mounts"
arch=$(dpkg --print-architecture)
version=$(node -p "require('$here/package.json').version")
old=$version-1
new=$version-2
mkdir "$work/packages"
for revision in 1 2; do
  node "$here/scripts/package.mjs" --revision "$revision" --out "$work/packages" ${SEALCAM_NODE:+--node "$SEALCAM_NODE"} 2>"$work/build.log" ||
    fail "$(tail -n 3 "$work/build.log")"
done
station_of_try
station_on
((${#@} > 0)) || set -- bookworm trixie
for suite in "$@"; do try; done
