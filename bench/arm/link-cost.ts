// The sensor link's reading of so many MiB, for scripts/bench-arm.mjs, which counts the instructions: frames are found, checked and
// decoded. `link-cost.js MIB`
import { crc32c } from '../../native/index.ts';
import { encodeFrame, noSession, parseFrame } from '../../proto/link/frame.ts';
import { Framer } from '../../proto/link/framer.ts';
import { linkLimits } from '../../proto/link/limits.ts';
import { decodeMessage, encodeMessage, messageKinds } from '../../proto/link/messages.ts';
import { incompressible } from '../processes/sender.ts';

const mebibyte = 2 ** 20;
const data = incompressible(linkLimits.partBytes);
const payload = encodeMessage('sample', {
  ...{ track: 1, pts: 0, dts: 0, duration: 3000, captureUs: 1, key: false, size: data.length, offset: 0 },
  data,
});
const frame = encodeFrame({ kind: messageKinds.sample, session: noSession, sequence: 1, payload });
let decoded = 0;
const framer = new Framer((body) => {
  const found = parseFrame(body);
  if (found !== undefined) decoded += decodeMessage('sample', found.payload).data.length;
}, crc32c);
const wanted = Number(process.argv[2]) * mebibyte;
// As a serial port hands them over: in pieces that end anywhere.
const pieceBytes = 65_536;
const stream = Buffer.concat(Array.from({ length: 16 }, () => frame));
while (decoded < wanted)
  for (let at = 0; at < stream.length; at += pieceBytes) framer.push(stream.subarray(at, at + pieceBytes));
