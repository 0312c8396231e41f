import type { Feed, OpenFeed } from './feed.ts';
import type { TimedBytes } from './timed-annex-b.ts';

/**
 * A program's pictures, and the FIFO into which it writes their times. The pictures decide when it ends; a FIFO of times
 * that can't be opened ends it too. One that its writer closes does not: the last pictures may still be on their way.
 */
export function timedFeed(openPictures: OpenFeed, openTimes: OpenFeed): OpenFeed<TimedBytes> {
  return ({ onData, onEnd }) => {
    let isOver = false;
    let hasTimes = false;
    const end = (reason: string, isWhole: boolean): void => {
      if (isOver) return;
      isOver = true;
      onEnd(reason, isWhole);
    };
    // First, so that whoever writes them finds a reader.
    const times = openTimes({
      onData(bytes) {
        hasTimes = true;
        onData({ of: 'times', bytes });
      },
      onEnd(reason) {
        if (!hasTimes) end(`no times of the pictures come: ${reason}`, false);
      },
    });
    const pictures = openPictures({ onData: (bytes) => onData({ of: 'pictures', bytes }), onEnd: end });
    return joined(pictures, times);
  };
}

function joined(pictures: Feed, times: Feed): Feed {
  return {
    get awaitsWriter() {
      return pictures.awaitsWriter ?? false;
    },
    async stop() {
      await pictures.stop();
      await times.stop();
    },
  };
}
