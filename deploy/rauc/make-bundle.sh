#!/usr/bin/env bash
# Builds an update of a whole system from a Debian root and the camera's package, signed (docs/UPDATES.md).
#   make-bundle.sh --base FOLDER --package DEB --version V --key KEY --cert CERT --keyring CA --out FILE.raucb
#                  [--oldest V] [--format verity|plain] [--megabytes N] [--overlay FOLDER] [--image FILE]
# FOLDER: a root with rauc, rauc-service and the board's kernel. KEY and CERT sign this bundle; CA is what the system will trust.
# --oldest: the oldest version that this system will install; its own unless given. --overlay: files of the board, over all others.
# --image: also leaves the image there, for the first installation. It needs root, rauc, mksquashfs and mkfs.ext4.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
format=verity megabytes=1024 overlay='' image='' oldest=''
while (($# > 1)); do
  case $1 in
    --base | --package | --version | --key | --cert | --keyring | --out | --oldest | --format | --megabytes | --overlay | --image)
      declare "${1#--}=$2" ;;
    *) echo "\"$1\" is unknown: see the head of $0" >&2; exit 2 ;;
  esac
  shift 2
done
for name in base package version key cert keyring out; do
  [[ -n ${!name:-} ]] || { echo "\"--$name\" is missing: see the head of $0" >&2; exit 2; }
done
arch=$(dpkg-deb --field "$package" Architecture)
oldest=${oldest:-$version}

work=$(mktemp -d "${TMPDIR:-/tmp}/sealcam-bundle-XXXXXX")
trap 'rm -rf "$work"' EXIT
root=$work/root
cp -a --reflink=auto "$base" "$root"

fill() { sed -e "s/@ARCH@/$arch/" -e "s/@VERSION@/$version/" -e "s/@OLDEST@/$oldest/" -e "s/@FORMAT@/$format/" "$1"; }

# Spool and keys are outside of the system and keep their owner: the same number in every system.
chroot "$root" getent passwd sealcam >/dev/null || {
  chroot "$root" groupadd --system --gid 970 sealcam
  chroot "$root" useradd --system --uid 970 --gid 970 --home-dir /var/lib/sealcam --no-create-home --shell /usr/sbin/nologin sealcam
}
cp "$package" "$root/package.deb"
DEBIAN_FRONTEND=noninteractive chroot "$root" dpkg --install /package.deb >"$work/dpkg.log" 2>&1 || { tail -n 5 "$work/dpkg.log" >&2; exit 1; }
rm "$root/package.deb"

install -D -m 755 -t "$root/usr/lib/sealcam-update" "$here/untested" "$here/mark-good" "$here/restart"
install -D -m 644 -t "$root/usr/lib/systemd/system" "$here/sealcam-selftest.service" "$here/sealcam-mark-good.service"
systemctl --root="$root" --quiet enable sealcam-selftest.service sealcam-mark-good.service
mkdir -p "$root/etc/rauc" "$root/data"
cp "$here/system.conf" "$root/etc/rauc/system.conf"
cp "$keyring" "$root/etc/rauc/keyring.pem"
# What outlives an update: keys, spool, configuration, and what RAUC knows.
cat >>"$root/etc/fstab" <<'END'
/data/sealcam      /var/lib/sealcam  none  bind,x-systemd.requires-mounts-for=/data  0 0
/data/etc-sealcam  /etc/sealcam      none  bind,x-systemd.requires-mounts-for=/data  0 0
END
[[ -z $overlay ]] || cp -a --no-preserve=ownership "$overlay/." "$root/"
fill "$root/etc/rauc/system.conf" >"$work/system.conf"
cp "$work/system.conf" "$root/etc/rauc/system.conf"
# Random, as the same package on another base is another system.
{ echo "$version"; sha256sum <"$package"; head -c 16 /dev/urandom | od -An -tx1; } >"$root/usr/lib/sealcam-update/build-id"

mkdir "$work/bundle"
truncate -s "${megabytes}M" "$work/bundle/system.ext4"
mkfs.ext4 -q -L system -d "$root" "$work/bundle/system.ext4"
fill "$here/manifest.raucm" >"$work/bundle/manifest.raucm"
[[ -z $image ]] || cp --sparse=always "$work/bundle/system.ext4" "$image"
rauc bundle ${SEALCAM_MKSQUASHFS:+--mksquashfs-args="$SEALCAM_MKSQUASHFS"} --cert "$cert" --key "$key" "$work/bundle" "$out"
