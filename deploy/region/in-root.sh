#!/bin/sh
# Runs a program of a region in a Debian root, in namespaces of its own for mounts and processes, so that nothing of it is left behind.
#   in-root.sh ROOT FOLDER COMMAND...     FOLDER is /region in it
set -e
root=$1 folder=$2
shift 2
mount --make-rprivate /
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mkdir -p "$root/region"
mount --bind "$folder" "$root/region"
exec chroot "$root" "$@"
