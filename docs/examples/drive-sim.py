#!/usr/bin/env python3
"""Drives a simulated camera over JSON lines: python3 docs/examples/drive-sim.py [SEALCAM]

SEALCAM is the command, ./sealcam unless given. Each line of its standard output is an event (docs/schema/sim-event.json),
each line of its standard input an order (docs/schema/sim-order.json).
"""
import json
import subprocess
import sys

sealcam = sys.argv[1] if len(sys.argv) > 1 else "./sealcam"
sim = subprocess.Popen([sealcam, "sim"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)


def order(**fields):
    sim.stdin.write(json.dumps(fields) + "\n")


def until(name, **fields):
    """The next event of this name with these fields."""
    for line in sim.stdout:
        event = json.loads(line)
        if event["event"] == "error":
            sys.exit(event["message"])
        if event["event"] == name and all(event[field] == value for field, value in fields.items()):
            return event
    sys.exit(f'the simulated camera ended before "{name}"')


print("the camera is at", until("tty")["path"])

order(press="start")
until("button", button="start")
print("start was pressed")

order(fault="unplug", on=True)
until("unplugged")
order(fault="unplug", on=False)
print("unplugged and back: it is at", until("tty")["path"])

order(report=True)
print("takes:", len(until("report")["takes"]))

order(quit=True)
sys.exit(sim.wait())
