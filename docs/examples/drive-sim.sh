#!/usr/bin/env bash
# Drives a simulated camera over JSON lines: bash docs/examples/drive-sim.sh [SEALCAM]
#
# SEALCAM is the command, ./sealcam unless given. Each line of its standard output is an event (docs/schema/sim-event.json),
# each line of its standard input an order (docs/schema/sim-order.json).
set -euo pipefail

coproc sim { exec "${1:-./sealcam}" sim; }
pid=$sim_PID
# The shell closes its own ends of the pipes as soon as the camera ends.
exec {orders}>&"${sim[1]}" {events}<&"${sim[0]}"

order() { printf '%s\n' "$1" >&"$orders"; }

# The next event that begins like this; the name always comes first.
until_event() {
  while IFS= read -r line <&"$events"; do
    case $line in
      '{"event":"error"'*) echo "$line" >&2; exit 1 ;;
      "{\"event\":\"$1\""*) printf '%s\n' "$line"; return ;;
    esac
  done
  echo "the simulated camera ended before \"$1\"" >&2
  exit 1
}

path_of() { sed -n 's/.*"path":"\([^"]*\)".*/\1/p'; }

echo "the camera is at $(until_event tty | path_of)"

order '{"press":"start"}'
until_event 'button","button":"start' > /dev/null
echo 'start was pressed'

order '{"fault":"unplug","on":true}'
until_event unplugged > /dev/null
order '{"fault":"unplug","on":false}'
echo "unplugged and back: it is at $(until_event tty | path_of)"

order '{"report":true}'
until_event report | grep -o '"startUs"' | wc -l | sed 's/^ */takes: /'

order '{"quit":true}'
wait "$pid"
