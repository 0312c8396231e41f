#!/usr/bin/env bash
# Tries A/B updates by RAUC as docs/UPDATES.md has them: two systems and a data partition in files behind loop devices, each start a systemd in
# namespaces of its own, the boot loader this script. Installs a newer system with recordings in the spool, tests it on itself, goes back,
# installs one that cannot record, and bundles that must be refused.
#   npm run update:test [-- OLD.deb]     OLD.deb: an older package of the camera; one of this version unless given
# Needs root, debootstrap, rauc, squashfs-tools, loop devices and some minutes; the root is kept in $SEALCAM_ROOTS (/var/cache/sealcam-roots).
set -euo pipefail

here=$(cd "$(dirname "$0")/../.." && pwd)
roots=${SEALCAM_ROOTS:-/var/cache/sealcam-roots}
sealcam=$here/sealcam
work=$(mktemp -d /tmp/sealcam-updates-XXXXXX)
parts=() loops=()
machine=
suite=update

. "$here/scripts/package/machine.sh"

give_back() {
  local status=$?
  [[ -z $machine ]] || { kill -KILL "$machine" 2>/dev/null; wait "$outside" 2>/dev/null || true; }
  umount "$work/slot" "$work/mount" 2>/dev/null || true
  for device in "${loops[@]}"; do losetup --detach "$device" || true; done
  finish
  exit "$status"
}
trap give_back EXIT

base_root() {
  local root=$roots/trixie-rauc
  [[ -e $root/.whole ]] || {
    rm -rf "$root"
    mkdir -p "$root"
    debootstrap --variant=minbase --include=systemd,dbus,adduser,libstdc++6,rauc,rauc-service,e2fsprogs trixie "$root" >"$work/debootstrap.log" 2>&1 ||
      fail "debootstrap: $(tail -n 1 "$work/debootstrap.log")"
    rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
    touch "$root/.whole"
  }
  echo "$root"
}

# authority NAME: a root that is not the agency's, a key that signs updates and one that is for something else.
authority() {
  local at=$work/$1
  mkdir "$at"
  openssl req -x509 -newkey rsa:3072 -nodes -keyout "$at/ca.key" -out "$at/ca.pem" -days 30 -subj "/CN=$1" 2>/dev/null
  local use
  for use in codeSigning emailProtection; do
    openssl req -newkey rsa:3072 -nodes -keyout "$at/$use.key" -out "$at/$use.csr" -subj "/CN=$1 $use" 2>/dev/null
    openssl x509 -req -in "$at/$use.csr" -CA "$at/ca.pem" -CAkey "$at/ca.key" -days 30 -out "$at/$use.pem" 2>/dev/null \
      -extfile <(printf 'keyUsage=critical,digitalSignature\nextendedKeyUsage=%s\n' "$use")
  done
}

# loop FILE: its device, which stands for a partition.
loop() { losetup --find --show "$1"; }

# bundle NAME VERSION DEB [make-bundle's other options]
bundle() {
  local name=$1 version=$2 deb=$3
  shift 3
  SEALCAM_MKSQUASHFS='-comp lz4' TMPDIR=$work "$here/deploy/rauc/make-bundle.sh" --base "$base" --package "$deb" --version "$version" --megabytes 900 \
    --format plain --key "$work/maker/codeSigning.key" --cert "$work/maker/codeSigning.pem" --keyring "$work/maker/ca.pem" \
    --out "$work/$name.raucb" "$@" >"$work/$name.log" 2>&1 || fail "$name: $(tail -n 3 "$work/$name.log")"
}

# small NAME VERSION AUTHORITY USE COMPATIBLE: a bundle with next to nothing in it.
small() {
  mkdir "$work/$1"
  head -c 65536 /dev/urandom >"$work/$1/system.ext4"
  printf '[update]\ncompatible=%s\nversion=%s\n[bundle]\nformat=plain\n[image.rootfs]\nfilename=system.ext4\n' "$5" "$2" >"$work/$1/manifest.raucm"
  rauc bundle --cert "$work/$3/$4.pem" --key "$work/$3/$4.key" "$work/$1" "$work/$1.raucb" >"$work/$1.log" 2>&1 ||
    fail "$1: $(tail -n 3 "$work/$1.log")"
}

# RAUC takes a bundle only from a file system whose device it sees.
take() { inside cp "/try/$1.raucb" /data/next.raucb && inside rauc install /data/next.raucb; }

# refused NAME PATTERN
refused() {
  ! take "$1" >"$work/refused.log" 2>&1 || fail "$1 was installed"
  grep -qE "$2" "$work/refused.log" || fail "$1: $(cat "$work/refused.log")"
  ok "refused: $1 ($(grep -oE "$2" "$work/refused.log" | head -n 1))"
}

# The boot loader: the first system in the order that has an attempt left, of which one is used up.
start_next() {
  . "$work/boot-state"
  local one left
  SLOT=
  for one in $ORDER; do
    left=${one}_LEFT
    ((${!left} == 0)) || { SLOT=$one; break; }
  done
  [[ -n $SLOT ]] || fail "no system has an attempt left"
  printf -v "${SLOT}_LEFT" %s $((${!left} - 1))
  printf 'ORDER="%s"\nA_LEFT=%s\nB_LEFT=%s\n' "$ORDER" "$A_LEFT" "$B_LEFT" >"$work/boot-state"
  export SLOT DATA_DEVICE
  local device=SLOT_$SLOT
  mount -o ro "${!device}" "$work/slot"
  boot_machine "$work/slot" "$here/scripts/update/slot-machine.sh"
}

ended() {
  wait "$outside" 2>/dev/null || true
  machine=
  umount "$work/slot"
}
cut_power() { kill -KILL "$machine"; ended; }

runs_in() { [[ $SLOT == "$1" ]] || fail "$SLOT runs, not $1"; until_true "all is started" inside systemctl is-active multi-user.target; }
left_of() { (. "$work/boot-state"; name=${1}_LEFT; echo "${!name}"); }
is_good() { [[ $(left_of "$1") == 3 ]]; }
said_by() { inside journalctl -u "$1" --no-pager -o cat; }
keys_of() { inside sh -c 'cd /var/lib/sealcam/camera && cat identity.key tls.key' | sha256sum; }
version_here() { inside dpkg-query -W -f '${Version}' sealcam-camera; }

prepare() {
  base=$(base_root)
  authority maker
  authority stranger
  mkdir -p "$work/packages" "$work/slot" "$work/mount" "$work/update"
  local version
  version=$(node -p "require('$here/package.json').version")
  for revision in 1 2; do
    [[ $revision == 2 || -z $old ]] || continue
    node "$here/scripts/package.mjs" --only sealcam-camera --revision "$revision" --out "$work/packages" ${SEALCAM_NODE:+--node "$SEALCAM_NODE"} 2>"$work/build.log" ||
      fail "$(tail -n 3 "$work/build.log")"
  done
  old=${old:-$work/packages/sealcam-camera_$version-1_$arch.deb}
  new=$work/packages/sealcam-camera_$version-2_$arch.deb
  truncate -s 900M "$work/a.img" "$work/b.img"
  truncate -s 600M "$work/data.img"
  mkfs.ext4 -q "$work/b.img"
  mkfs.ext4 -q "$work/data.img"
  DATA_DEVICE=$(loop "$work/data.img") && loops+=("$DATA_DEVICE")
  SLOT_B=$(loop "$work/b.img") && loops+=("$SLOT_B")
  SLOT_A=$(loop "$work/a.img") && loops+=("$SLOT_A")

  # This board: its boot loader, and where its partitions are.
  mkdir -p "$work/board/etc/rauc" "$work/board/etc/systemd/system/sealcam-mark-good.service.d" "$work/board/usr/lib"
  printf '[Service]\nEnvironment=SEALCAM_WAIT=15\n' >"$work/board/etc/systemd/system/sealcam-mark-good.service.d/wait.conf"
  sed -e 's/^bootloader=.*/bootloader=custom/' -e "s#/dev/disk/by-partlabel/system-a#$SLOT_A#" -e "s#/dev/disk/by-partlabel/system-b#$SLOT_B#" \
    "$here/deploy/rauc/system.conf" >"$work/board/etc/rauc/system.conf"
  printf '\n[handlers]\nbootloader-custom-backend=/usr/lib/boot-backend\n' >>"$work/board/etc/rauc/system.conf"
  cp "$here/scripts/update/boot-backend.sh" "$work/board/usr/lib/boot-backend"
  cp -a "$work/board" "$work/broken"
  mkdir -p "$work/broken/usr/lib/sealcam-camera/native/build/Release"
  head -c 4096 /dev/zero >"$work/broken/usr/lib/sealcam-camera/native/build/Release/sealcam.node"

  cp -a "$work/board" "$work/first"
  # A package from before there was a self-test has no one to run it.
  dpkg-deb --fsys-tarfile "$old" | tar -xO ./usr/lib/sealcam-camera/dist/program/main.js | grep -q selftest ||
    for unit in selftest mark-good; do ln -s /dev/null "$work/first/etc/systemd/system/sealcam-$unit.service"; done
  bundle v1 1.0.0 "$old" --overlay "$work/first" --image "$work/a.new"
  bundle v2 2.0.0 "$new" --overlay "$work/board"
  bundle v3 3.0.0 "$new" --overlay "$work/broken"
  dd if="$work/a.new" of="$SLOT_A" bs=4M conv=sparse status=none
  rm "$work/a.new" "$work/v1.raucb"

  mount "$DATA_DEVICE" "$work/mount"
  mkdir -p "$work/mount/sealcam" "$work/mount/etc-sealcam" "$work/mount/rauc"
  cp "$here/deploy/debian/sealcam-camera/agent.yaml" "$work/mount/etc-sealcam"
  chown -R 970:970 "$work/mount/sealcam" && chmod 700 "$work/mount/sealcam"
  chown -R 0:970 "$work/mount/etc-sealcam" && chmod 750 "$work/mount/etc-sealcam" && chmod 640 "$work/mount/etc-sealcam/agent.yaml"
  umount "$work/mount"
  printf 'ORDER="A B"\nA_LEFT=3\nB_LEFT=0\n' >"$work/boot-state"
  chmod a+rX "$work"
}

first_start() {
  start_next
  runs_in A
  sensor_on
  configure
  make_keys
  inside systemctl start sealcam-agent
  keys=$(keys_of)
  old_version=$(version_here)
  station_off
  record
  ok "the first system ($old_version) runs, has keys, and a recording that waits"
}

newer() {
  take v2 >"$work/install.log" 2>&1 || fail "v2: $(tail -n 5 "$work/install.log")"
  cut_power
  start_next
  runs_in B
  until_true "B is good" is_good B
  said_by sealcam-selftest >"$work/selftest.log"
  grep -q 'ok *read back' "$work/selftest.log" || fail "no self-test: $(cat "$work/selftest.log")"
  grep -q 'ok *pictures' "$work/selftest.log" || fail "not from the sensor: $(cat "$work/selftest.log")"
  [[ $(keys_of) == "$keys" ]] && spool_has || fail "keys or spool changed"
  ok "updated to $(version_here); tested on itself, without a station: $(said_by sealcam-mark-good | grep receipt)"
  station_on
  until_true "the station has it" has_receipts 1
  ok "what the older system recorded was sent by the newer one"
  station_off
  record
  cut_power
  start_next
  runs_in B
  until_true "the agent runs" is_active
  until_true "B is good" is_good B
  [[ $(inside systemctl is-active sealcam-selftest || true) == inactive ]] || fail "it was tested again"
  ok "its next start is good without another test"
}

no_others() {
  small older 1.0.0 maker codeSigning "sealcam-camera-$arch"
  small foreign 9.0.0 stranger codeSigning "sealcam-camera-$arch"
  small mail 9.0.0 maker emailProtection "sealcam-camera-$arch"
  small station 9.0.0 maker codeSigning sealcam-station
  cp "$work/v2.raucb" "$work/altered.raucb"
  printf X | dd of="$work/altered.raucb" bs=1 seek=5000000 conv=notrunc status=none
  refused older 'Version mismatch.*'
  refused foreign 'unable to get local issuer certificate'
  refused mail 'unsuitable certificate purpose'
  refused station 'Compatible mismatch.*'
  refused altered 'verification failure'
}

broken() {
  take v3 >"$work/install.log" 2>&1 || fail "v3: $(tail -n 5 "$work/install.log")"
  cut_power
  local attempt
  for attempt in 1 2 3; do
    start_next
    [[ $SLOT == A ]] || fail "attempt $attempt runs $SLOT"
    ended
  done
  start_next
  runs_in B
  until_true "the agent runs" is_active
  [[ $(left_of A) == 0 && $(keys_of) == "$keys" ]] && spool_has || fail "after the way back"
  ok "a system that cannot record was started three times, and then the one before it: keys and spool are there"
  until_true "B is good" is_good B
}

older() {
  inside rauc status mark-active other >"$work/back.log" 2>&1 || fail "no way back by hand: $(cat "$work/back.log")"
  cut_power
  start_next
  runs_in A
  until_true "the agent runs" is_active
  [[ $(version_here) == "$old_version" && $(keys_of) == "$keys" ]] && spool_has || fail "after going back"
  station_on
  until_true "the station has it" has_receipts 1
  until_true "the spool is empty" spool_empty
  station_off
  ok "back to the first system by hand: it opened the newer one's spool, and sent what was in it"
  record
  inside rauc status mark-active other >"$work/back.log" 2>&1 || fail "no way forward by hand: $(cat "$work/back.log")"
  cut_power
  start_next
  runs_in B
  until_true "B is good" is_good B
}

((EUID == 0)) || fail "it needs root, for namespaces, mounts and loop devices"
for tool in debootstrap rauc mksquashfs mkfs.ext4 losetup openssl; do
  command -v "$tool" >/dev/null || fail "$tool is missing (Debian: debootstrap rauc squashfs-tools e2fsprogs openssl)"
done
arch=$(dpkg --print-architecture)
old=${1:-}
prepare
station_of_try
station_on
first_start
newer
older
no_others
broken
station_on
until_true "the spool is empty" spool_empty
cut_power
"$sealcam" verify "$work/evidence" --trust "$work/agency/root.crt" >"$work/verify.log" || { status=$?; [[ $status == 3 || $status == 4 ]]; } || fail "verify: $(cat "$work/verify.log")"
ok "the station's store verifies, with $(ls "$work"/evidence/*/[0-9]*.seal | wc -l) recordings"
