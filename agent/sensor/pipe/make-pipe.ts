import type { PipeConfig } from '../config.ts';
import type { PictureSource } from '../port.ts';
import { AnnexBReader } from './annex-b.ts';
import { fifoFeed } from './fifo.ts';
import { FragmentedMp4Reader } from './fragmented-mp4.ts';
import { PipeSource, type PipeSourceOptions } from './pipe-source.ts';
import { programFeed } from './program.ts';
import type { TakeItem } from './stream.ts';
import { TimedAnnexBReader } from './timed-annex-b.ts';
import { timedFeed } from './timed-feed.ts';

/** The source that the configuration describes. */
export function makePipeSource(
  config: PipeConfig,
  parts: Pick<PipeSourceOptions, 'onEvent' | 'clock' | 'randomness' | 'log'>,
): PictureSource {
  const { program, fifo, model, serial, format, frameRate, times } = config;
  const open = fifo === undefined ? programFeed(program ?? [], parts.clock, parts.log) : fifoFeed(fifo);
  const description = { model, serial, firmware: '', capabilities: [] };
  const common = { ...parts, description };
  if (format !== 'mp4' && times !== undefined) {
    const timed = timedFeed(open, fifoFeed(times), parts.clock);
    return new PipeSource({
      ...common,
      open: timed,
      reader: (take) => new TimedAnnexBReader(format, take),
    });
  }
  if (format !== 'mp4' && frameRate !== undefined)
    return new PipeSource({
      ...common,
      ...{ open, reader: (take: TakeItem) => new AnnexBReader(format, frameRate, take) },
    });
  return new PipeSource({ ...common, open, reader: (take) => new FragmentedMp4Reader(take) });
}
