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

version() { inside dpkg-query -W -f '${Version}' sealcam-camera; }
install() { inside dpkg -i "/work/packages/sealcam-camera_$1_$arch.deb" 2>&1 | tee -a "$work/$suite/dpkg.log" >"$work/$suite/last.log" || fail "dpkg -i $1: $(tail -n 3 "$work/$suite/last.log")"; }

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
station_of_try
station_on
((${#@} > 0)) || set -- bookworm trixie
for suite in "$@"; do try; done
