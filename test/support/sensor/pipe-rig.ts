import { spawnSync } from 'node:child_process';
import {
  closeSync,
  constants,
  createWriteStream,
  mkdtempSync,
  openSync,
  rmSync,
  type WriteStream,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { joinHalves } from '../../../agent/sensor/join.ts';
import type { Feed, FeedTaker, OpenFeed } from '../../../agent/sensor/pipe/feed.ts';
import { fifoFeed } from '../../../agent/sensor/pipe/fifo.ts';
import { FragmentedMp4Reader } from '../../../agent/sensor/pipe/fragmented-mp4.ts';
import { PipeSource } from '../../../agent/sensor/pipe/pipe-source.ts';
import { programFeed } from '../../../agent/sensor/pipe/program.ts';
import { systemClock } from '../../../base/clock.ts';
import { silentLog } from '../../../base/log.ts';
import { systemRandomness } from '../../../base/random.ts';
import { Fragmenter } from '../../../media/writer/fragmenter.ts';
import { identity, parameters, type SensorRig } from '../../contract/sensor.ts';
import { linkRig, memoryCable } from './link-rig.ts';

/** What gives the pictures: each opener gets what is written from then on. */
interface PipeDevice {
  readonly open: OpenFeed;
  /** Another run begins to write. False where one waits already for who reads. */
  begin(): boolean;
  write(bytes: Uint8Array): void;
  end(): void;
  dispose(): void;
}

/** Bytes that are handed over in this process. */
export class MemoryPipe implements PipeDevice {
  #taker: FeedTaker | undefined;
  readonly #onOpen: () => void;

  /** @param onOpen called when a feed has been opened. */
  constructor(onOpen: () => void) {
    this.#onOpen = onOpen;
  }

  readonly open: OpenFeed = (taker): Feed => {
    this.#taker = taker;
    setImmediate(() => {
      if (this.#taker === taker) this.#onOpen();
    });
    return {
      stop: async () => {
        if (this.#taker === taker) this.#taker = undefined;
      },
    };
  };

  begin(): boolean {
    return this.#taker !== undefined;
  }

  write(bytes: Uint8Array): void {
    this.#taker?.onData(bytes);
  }

  end(): void {
    const taker = this.#taker;
    this.#taker = undefined;
    taker?.onEnd('the program ended with code 0', true);
  }

  dispose(): void {}
}

/** A FIFO that is written to; read as such, or by `cat`, which is then the program. */
class FifoPipe implements PipeDevice {
  readonly #folder = mkdtempSync(join(tmpdir(), 'sealcam-pipe-'));
  readonly #path = join(this.#folder, 'pictures');
  readonly open: OpenFeed;
  #writer: WriteStream | undefined;

  constructor(how: 'fifo' | 'program', onOpen: () => void) {
    const { status } = spawnSync('mkfifo', [this.#path]);
    if (status !== 0) throw new Error('mkfifo does not work');
    const open =
      how === 'fifo' ? fifoFeed(this.#path) : programFeed(['cat', this.#path], systemClock(), silentLog);
    this.open = (taker) => {
      setImmediate(onOpen);
      return open(taker);
    };
  }

  begin(): boolean {
    if (this.#writer?.pending) return false;
    this.end();
    const writer = createWriteStream(this.#path);
    // Who reads may end first.
    writer.on('error', () => {});
    this.#writer = writer;
    return true;
  }

  write(bytes: Uint8Array): void {
    this.#writer?.write(bytes);
  }

  end(): void {
    this.#writer?.destroy();
    this.#writer = undefined;
  }

  dispose(): void {
    this.end();
    // A writer that waits for a reader waits no longer.
    closeSync(openSync(this.#path, constants.O_RDONLY | constants.O_NONBLOCK));
    rmSync(this.#folder, { recursive: true });
  }
}

/** Pictures from a pipe, which holds nothing and takes no orders; controls from a serial link of their own. */
export function pipeRig(how: 'memory' | 'fifo' | 'program'): SensorRig {
  const controls = linkRig(`a pipe (${how}) for the pictures, the serial link for the controls`, memoryCable);
  const connectControls = controls.connect;
  let isPlugged = true;
  let fragmenter = new Fragmenter(parameters, { video: 0, audio: 0 });
  const begin = (): void => {
    if (!isPlugged) {
      device.end();
    } else if (device.begin()) {
      fragmenter = new Fragmenter(parameters, { video: 0, audio: 0 });
      device.write(fragmenter.init());
    }
  };
  const device: PipeDevice = how === 'memory' ? new MemoryPipe(begin) : new FifoPipe(how, begin);
  const { device: hand, restart, unplug, plug, heldBytes, dispose } = controls;
  return Object.assign(controls, {
    holds: { pictures: false, controls: true },
    oneWay: true,
    device: {
      ...hand,
      // What a stream's header said when it began.
      parameters: () => {},
      sample: (sample) => {
        if (isPlugged) for (const part of fragmenter.fragment([sample])) device.write(part);
      },
    },
    heldBytes: (half) => (half === 'pictures' ? 0 : heldBytes(half)),
    connect: (take) => {
      return joinHalves(
        {
          pictures: (onEvent) =>
            new PipeSource({
              open: device.open,
              reader: (takeItem) => new FragmentedMp4Reader(takeItem),
              description: identity,
              onEvent,
              clock: systemClock(),
              randomness: systemRandomness,
              log: silentLog,
            }),
          controls: connectControls,
        },
        take,
        systemClock(),
      );
    },
    unplug(half) {
      if (half === 'controls') return unplug(half);
      isPlugged = false;
      device.end();
    },
    plug(half) {
      if (half === 'controls') return plug(half);
      isPlugged = true;
      begin();
    },
    restart() {
      restart();
      device.end();
    },
    dispose() {
      dispose();
      device.dispose();
    },
  } satisfies Partial<SensorRig>);
}
