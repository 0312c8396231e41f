# Read by boot-root.sh for a machine with slots: the data partition, the loop devices that stand for the disk's partitions, and the
# command line that a boot loader gives. $SLOT and $DATA_DEVICE come from try-updates.sh.
mkdir -p "$m/data"
mount -t ext4 "$DATA_DEVICE" "$m/data"
for device in /dev/loop-control /dev/loop[0-9]*; do
  [ -e "$device" ] || continue
  touch "$m$device"
  mount --bind "$device" "$m$device"
done
echo "rauc.slot=$SLOT" >"$folder/cmdline"
mount --bind "$folder/cmdline" "$m/proc/cmdline"
