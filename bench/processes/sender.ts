import { systemClock } from '../../base/clock.ts';

/** Pictures a second; each second begins with a key picture. */
export const fps = 30;

/** `bytes` that do not compress. */
export function incompressible(bytes: number): Uint8Array {
  return new Uint8Array(bytes).map((_, at) => (at * 2654435761) >>> 13);
}

/** Calls `send` for each picture when it is due, `perSecond` of them, with its times in the ticks of a 90 kHz clock. */
export function sendPictures(
  perSecond: number,
  send: (picture: {
    readonly track: 'video';
    readonly pts: number;
    readonly dts: number;
    readonly duration: number;
    readonly key: boolean;
  }) => void,
): void {
  const clock = systemClock();
  const startedUs = clock.uptimeUs();
  let index = 0;
  setInterval(() => {
    const due = Math.floor(((clock.uptimeUs() - startedUs) / 1e6) * perSecond);
    for (; index < due; index += 1) {
      const times = { pts: index * 3000, dts: index * 3000, duration: 3000 };
      send({ track: 'video', ...times, key: index % fps === 0 });
    }
  }, 5);
}
