import type { PipeConfig } from '../config.ts';
import { AnnexBReader } from './annex-b.ts';
import { fifoFeed } from './fifo.ts';
import { FragmentedMp4Reader } from './fragmented-mp4.ts';
import { PipeSource, type PipeSourceOptions } from './pipe-source.ts';
import { programFeed } from './program.ts';
import type { StreamReader, TakeItem } from './stream.ts';

/** The source that the configuration describes. */
export function makePipeSource(
  config: PipeConfig,
  parts: Pick<PipeSourceOptions, 'onEvent' | 'clock' | 'randomness' | 'log'>,
): PipeSource {
  const { program, fifo, model, serial } = config;
  const open = fifo === undefined ? programFeed(program ?? [], parts.clock, parts.log) : fifoFeed(fifo);
  const description = { model, serial, firmware: '', capabilities: [] };
  return new PipeSource({ ...parts, open, reader: (take) => readerOf(config, take), description });
}

function readerOf({ format, frameRate }: PipeConfig, take: TakeItem): StreamReader {
  if (format === 'mp4' || frameRate === undefined) return new FragmentedMp4Reader(take);
  return new AnnexBReader(format, frameRate, take);
}
