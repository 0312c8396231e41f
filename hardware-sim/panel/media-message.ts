/** Track (0 picture, 1 sound), whether decoding may begin here, and the time in microseconds as a double. */
const headBytes = 10;

/** One coded picture, or one frame of sound, as the page's decoders take it. */
export interface CodedMedia {
  readonly track: 'video' | 'audio';
  readonly key: boolean;
  readonly timeUs: number;
  readonly data: Uint8Array;
}

/** It as a binary message. */
export function mediaMessage({ track, key, timeUs, data }: CodedMedia): Uint8Array {
  const message = new Uint8Array(headBytes + data.length);
  message[0] = track === 'video' ? 0 : 1;
  message[1] = key ? 1 : 0;
  new DataView(message.buffer).setFloat64(2, timeUs);
  message.set(data, headBytes);
  return message;
}

/** Reads a binary message; undefined if it is too short to be one. */
export function readMediaMessage(bytes: ArrayBuffer): CodedMedia | undefined {
  if (bytes.byteLength < headBytes) return undefined;
  const view = new DataView(bytes);
  return {
    track: view.getUint8(0) === 0 ? 'video' : 'audio',
    key: view.getUint8(1) === 1,
    timeUs: view.getFloat64(2),
    data: new Uint8Array(bytes, headBytes),
  };
}
