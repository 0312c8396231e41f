import { createWholeFile, readCapture } from '../../hardware-sim/capture/capture-file.ts';
import type { CaptureSink } from '../../hardware-sim/capture/capture-writer.ts';
import { captureBlock, captureHead } from '../../hardware-sim/capture/pcapng.ts';
import { ShareFilter, ShareSurvey } from '../../hardware-sim/capture/share.ts';
import { parseWords, usage } from '../command.ts';
import { say } from '../output.ts';
import { exitWhenInterrupted } from '../signals.ts';

/** Written at once. */
const batchBytes = 1_048_576;

/** `sealcam link share IN [OUT]`: lists what would remain of a capture, and writes it without what could identify a person. */
export async function shareLink(args: readonly string[]): Promise<number> {
  const { positionals } = parseWords('link', args, {});
  const [from, to, ...rest] = positionals;
  if (from === undefined || rest.length > 0)
    throw usage('Give a capture, and a new file: sealcam link share IN OUT');
  const survey = new ShareSurvey();
  for await (const record of readCapture(from)) survey.take(record);
  say(
    'What remains in the shared capture:',
    survey.remains.map((sentence) => `  ${sentence}`),
  );
  say('Pictures, sound, positions, motion, serial numbers and the time of day do not remain.');
  if (to === undefined) return 0;
  const goOn = exitWhenInterrupted();
  try {
    const file = createWholeFile(to);
    process.once('exit', file.abandon);
    try {
      await writeShared(from, survey, file);
      file.finish();
    } finally {
      file.abandon();
      process.off('exit', file.abandon);
    }
  } finally {
    goOn();
  }
  say(`Written to ${to}.`);
  return 0;
}

async function writeShared(from: string, survey: ShareSurvey, file: CaptureSink): Promise<void> {
  const filter = new ShareFilter(survey);
  let pending = [captureHead()];
  let bytes = 0;
  for await (const record of readCapture(from)) {
    const shared = filter.change(record);
    if (shared === undefined) continue;
    const block = captureBlock(shared);
    pending.push(block);
    bytes += block.length;
    if (bytes < batchBytes) continue;
    await file.append(Buffer.concat(pending));
    pending = [];
    bytes = 0;
  }
  await file.append(Buffer.concat(pending));
}
