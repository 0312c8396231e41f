#!/bin/sh
# What RAUC asks a boot loader (bootloader=custom), over a file instead of U-Boot's environment: the order of the
# systems, and how many attempts each has left. The boot loader itself is try-updates.sh.
set -e
file=/try/boot-state
. "$file"
save() { printf 'ORDER="%s"\nA_LEFT=%s\nB_LEFT=%s\n' "$ORDER" "$A_LEFT" "$B_LEFT" >"$file.new" && sync "$file.new" && mv "$file.new" "$file"; }
left() { [ "$1" = A ] && echo "$A_LEFT" || echo "$B_LEFT"; }
other() { [ "$1" = A ] && echo B || echo A; }
case $1 in
  get-primary) for one in $ORDER; do [ "$(left "$one")" = 0 ] || { echo "$one"; exit; }; done; exit 1 ;;
  set-primary) ORDER="$2 $(other "$2")"; eval "${2}_LEFT=3"; save ;;
  get-state) [ "$(left "$2")" = 0 ] && echo bad || echo good ;;
  set-state) [ "$3" = good ] && eval "${2}_LEFT=3" || eval "${2}_LEFT=0"; save ;;
  get-current) sed -n 's/.*rauc\.slot=\([AB]\).*/\1/p' /proc/cmdline ;;
  *) exit 1 ;;
esac
