import assert from 'node:assert/strict';

const freeHeaderBytes = 8;

/**
 * A `free` box (ISO/IEC 14496-12, 8.1.2) that pads `bytes` of MP4 to a multiple of `unit`, or nothing if they are one
 * already. Players skip it; an observer of the sealed sizes learns only the number of units.
 */
export function padding(bytes: number, unit: number): Uint8Array {
  assert(Number.isSafeInteger(unit) && unit > freeHeaderBytes, `a unit of ${unit} bytes`);
  const rest = bytes % unit;
  if (rest === 0) return new Uint8Array(0);
  const missing = unit - rest;
  // If the rest is too small for a box header, one more unit is added.
  const box = new Uint8Array(missing < freeHeaderBytes ? missing + unit : missing);
  new DataView(box.buffer).setUint32(0, box.length);
  box.set([0x66, 0x72, 0x65, 0x65], 4);
  return box;
}
