// Converts 64-bit fields between our numbers and the values of protobufjs (8.8).
//
// Found by experiment, and covered by test/proto/int64.test.ts:
// - `encode({ seq: 5n })` silently writes the field with the value 0: the writer asks a bigint for `.low` and `.high`,
//   which it does not have. A string is no more reliable. So only a Long, or a number that is a safe integer, may reach
//   encode(), and the types of the generated code demand just that.
// - `decode` gives a Long object for a field that is present, and the prototype's Long 0 for one that is absent. A Long
//   compares by identity: `message.seq === other.seq` is false for equal values.
// - A number is written exactly up to 2^53 - 1 in either direction. A larger one was rounded before we saw it.
// - Unknown fields are dropped while decoding (`Reader.discardUnknown` is true by default), so a re-encoding that
//   equals the input does prove that it contained nothing unknown.
import Long from 'long';
import { SealcamError } from '../base/errors.ts';

/** The value of a 64-bit field in a decoded message, or in one about to be encoded. */
export type Int64Field = number | Long | null | undefined;

const u64Max = 2n ** 64n - 1n;
const i64Min = -(2n ** 63n);
const i64Max = 2n ** 63n - 1n;

/**
 * `value` for a uint64 or fixed64 field, exact.
 * @throws SealcamError `INT64_RANGE` if `value` isn't an integer from 0 to 2^64 - 1, or is a number above 2^53 - 1.
 */
export function u64(value: bigint | number): Long {
  return fromBits(inRange(value, 0n, u64Max), true);
}

/**
 * `value` for an int64, sint64 or sfixed64 field, exact.
 * @throws SealcamError `INT64_RANGE` if `value` isn't an integer from -2^63 to 2^63 - 1, or is an unsafe number.
 */
export function i64(value: bigint | number): Long {
  return fromBits(inRange(value, i64Min, i64Max), false);
}

/** The exact value of a decoded 64-bit field; 0 if it is absent, as in protobuf. */
export function toBigint(field: Int64Field): bigint {
  if (field === null || field === undefined) return 0n;
  if (typeof field === 'number') return BigInt(field);
  const bits = (BigInt(field.high >>> 0) << 32n) | BigInt(field.low >>> 0);
  return field.unsigned ? bits : BigInt.asIntN(64, bits);
}

/**
 * The value of a decoded 64-bit field as a number; 0 if it is absent.
 * @param name the field's name, for the error.
 * @throws SealcamError `INT64_UNSAFE` if it is beyond 2^53 - 1 in either direction, where numbers stop being exact.
 */
export function toSafe(field: Int64Field, name: string): number {
  const value =
    typeof field === 'number'
      ? field
      : field === null || field === undefined
        ? 0
        : (field.unsigned ? field.high >>> 0 : field.high) * 2 ** 32 + (field.low >>> 0);
  if (!Number.isSafeInteger(value)) {
    throw new SealcamError(
      'INT64_UNSAFE',
      `"${name}": expected an integer within 2^53 - 1, got ${toBigint(field)}; the sender must stay below it`,
    );
  }
  return value;
}

function inRange(value: bigint | number, min: bigint, max: bigint): bigint {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new SealcamError(
      'INT64_RANGE',
      `Expected a safe integer for a 64-bit field, got ${value}; give a bigint`,
    );
  }
  const exact = BigInt(value);
  if (exact < min || exact > max) {
    throw new SealcamError('INT64_RANGE', `Expected a 64-bit integer from ${min} to ${max}, got ${exact}`);
  }
  return exact;
}

function fromBits(value: bigint, unsigned: boolean): Long {
  const bits = BigInt.asUintN(64, value);
  return new Long(Number(bits & 0xffffffffn) | 0, Number(bits >> 32n) | 0, unsigned);
}
