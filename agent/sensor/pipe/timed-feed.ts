import type { Clock, Timer } from '../../../base/clock.ts';
import type { Feed, OpenFeed } from './feed.ts';
import { pipeLimits } from './limits.ts';
import type { TimedBytes } from './timed-annex-b.ts';

/**
 * A program's pictures, and the FIFO into which it writes their times. The pictures decide when it ends; a FIFO of times
 * that can't be opened ends it too. One that its writer closes ends it a while later: the last pictures may still be on
 * their way, but no more than these can have a time.
 */
export function timedFeed(openPictures: OpenFeed, openTimes: OpenFeed, clock: Clock): OpenFeed<TimedBytes> {
  return ({ onData, onEnd }) => {
    let isOver = false;
    let hasTimes = false;
    let late: Timer | undefined;
    const end = (reason: string, isWhole: boolean): void => {
      if (isOver) return;
      isOver = true;
      late?.cancel();
      onEnd(reason, isWhole);
    };
    // Opened before the pictures: a program that opens the FIFO of times for writing waits for a reader.
    const times = openTimes({
      onData(bytes) {
        hasTimes = true;
        onData({ of: 'times', bytes });
      },
      onEnd(reason) {
        const says = `no times of the pictures come: ${reason}`;
        if (!hasTimes) end(says, false);
        else if (!isOver) late = clock.setTimer(pipeLimits.timesEndMsMax, () => end(says, false));
      },
    });
    const pictures = openPictures({ onData: (bytes) => onData({ of: 'pictures', bytes }), onEnd: end });
    return joined(pictures, times, () => {
      isOver = true;
      late?.cancel();
    });
  };
}

function joined(pictures: Feed, times: Feed, stops: () => void): Feed {
  return {
    get awaitsWriter() {
      return pictures.awaitsWriter ?? false;
    },
    async stop() {
      stops();
      await pictures.stop();
      await times.stop();
    },
  };
}
