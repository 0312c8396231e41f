#!/bin/sh
# Boots systemd in a copy of a Debian root that goes when it ends; runs in namespaces of its own (try-roots.sh).
#   boot-root.sh ROOT FOLDER SHARED [MORE]     FOLDER: an empty one for the copy; SHARED is /try in it; MORE: a script that mounts more
set -e
root=$1 folder=$2 shared=$3 more=${4:-}
mount --make-rprivate /
mount -t tmpfs tmpfs "$folder"
mkdir "$folder/up" "$folder/work" "$folder/m"
mount -t overlay overlay -o "lowerdir=$root,upperdir=$folder/up,workdir=$folder/work" "$folder/m"
m=$folder/m
mount -t proc proc "$m/proc"
mount --bind "$m/proc/sys" "$m/proc/sys"
mount -o remount,bind,ro "$m/proc/sys"
mount -t sysfs -o ro sysfs "$m/sys"
mount -t cgroup2 cgroup2 "$m/sys/fs/cgroup"
for place in run tmp; do mount -t tmpfs tmpfs "$m/$place"; done
# Of the machine's devices only what harms nothing, and the pseudo-terminals, one of which is the sensor's.
mount -t tmpfs -o mode=755 tmpfs "$m/dev"
for name in null zero full random urandom tty ptmx; do
  touch "$m/dev/$name"
  mount --bind "/dev/$name" "$m/dev/$name"
done
mkdir "$m/dev/pts" "$m/dev/shm" "$m/try"
mount --bind /dev/pts "$m/dev/pts"
mount --bind "$shared" "$m/try"
[ -z "$more" ] || . "$more"
# What would reach for the machine outside.
for unit in systemd-udevd.service systemd-udevd-kernel.socket systemd-udevd-control.socket systemd-udev-trigger.service \
  systemd-sysctl.service systemd-modules-load.service systemd-logind.service systemd-remount-fs.service console-getty.service; do
  ln -sf /dev/null "$m/etc/systemd/system/$unit"
done
export container=lxc
# Not chroot, in which the kernel refuses user namespaces (PrivateUsers= of the units).
mkdir "$m/outside"
cd "$m"
pivot_root . outside
exec /bin/sh -c 'umount -l /outside && exec /lib/systemd/systemd --unit=multi-user.target --log-target=console --show-status=no'
