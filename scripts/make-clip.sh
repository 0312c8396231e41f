#!/bin/sh
# Makes the simulated camera's default clip, 10 s of 720p at 25 fps in groups of 1 s with AAC sound, with ffmpeg's own
# generators, so that nothing in it belongs to anybody. Needs ffmpeg with libx264; the result is committed, so that
# running the simulator needs none. Usage: scripts/make-clip.sh [FILE]
set -eu
out=${1:-$(dirname "$0")/../hardware-sim/clips/default.mp4}
exec ffmpeg -nostdin -loglevel warning -y \
  -t 10 -f lavfi -i testsrc2=size=1280x720:rate=25 \
  -t 10 -f lavfi -i sine=frequency=440:beep_factor=4:sample_rate=48000 \
  -map_metadata -1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact \
  -c:v libx264 -preset veryslow -threads 1 -pix_fmt yuv420p -profile:v high -crf 33 -maxrate 320k -bufsize 320k \
  -g 25 -keyint_min 25 -sc_threshold 0 -bf 0 -video_track_timescale 90000 \
  -c:a aac -b:a 48k -ac 1 \
  -movflags +faststart "$out"
