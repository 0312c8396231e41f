import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { statementRecord } from '../../../evidence/records.ts';
import { LateAnswers } from '../../../station/cameras/late-answers.ts';
import { type Files, systemFiles } from '../../../station/store/files.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { fileLimitMs } from '../../support/patience.ts';
import { seeded } from '../../support/seed.ts';
import { makeAgency, temporaryFolder } from '../support/agency.ts';
import { FakeCamera } from '../support/camera.ts';
import { Harness, messagesOf } from '../support/harness.ts';

// A station that could not take or receipt a message, through a fault of its own, says where it is once the fault is over,
// though the camera sends nothing more: a camera without an answer asks at growing intervals.

t.setTimeout(fileLimitMs);
const random = seeded(t);
const agency = await makeAgency(t);
const camera = new FakeCamera('camera-1', agency.camera('camera-1'), random);

/** What a fault of the station's storage does, and how it ends. */
type Fault = (harness: Harness, disk: Disk) => Promise<() => Promise<void>>;

/** The machine's disk; a file whose path ends with one of `full` cannot grow, or be replaced. */
class Disk {
  full: readonly string[] = [];
  readonly files: Files = {
    ...systemFiles,
    appendAt: async (path, before, parts) => {
      // A file that is gone is noticed before anything is written.
      if ((await systemFiles.identify(path))?.id === before?.id) this.#expectRoom(path);
      return systemFiles.appendAt(path, before, parts);
    },
    replace: async (path, parts) => {
      this.#expectRoom(path);
      return systemFiles.replace(path, parts);
    },
  };

  #expectRoom(path: string): void {
    if (this.full.some((end) => path.endsWith(end)))
      throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
  }
}

function full(...ends: readonly string[]): Fault {
  return async (_harness, disk) => {
    disk.full = ends;
    return async () => {
      disk.full = [];
    };
  };
}

function away(pathOf: (harness: Harness) => string): Fault {
  return async (harness) => {
    const path = pathOf(harness);
    await rename(path, `${path}.away`);
    return async () => {
      await rm(path, { recursive: true, force: true });
      await rename(`${path}.away`, path);
    };
  };
}

const faults: Readonly<Record<string, Fault>> = {
  'the store is away': away(({ store }) => store),
  'the vault is away': away(({ vault }) => vault),
  "the camera's folder is away": away(({ store }) => join(store, 'camera-1')),
  'evidence cannot be written': full('.seal'),
  'the journal of receipts cannot be written': full('.receipts-journal'),
  'the journal of receipts is lost and cannot be written': async (harness, disk) => {
    await rm(join(harness.store, '.receipts-journal'));
    return full('.receipts-journal')(harness, disk);
  },
  'receipts cannot be written': full('.receipts'),
  'nothing can be written': full(''),
};

for (const [what, strike] of Object.entries(faults)) {
  t.test(`${what}: the camera is told where the station is, though it sends nothing more`, async (t) => {
    const clock = fakeClock();
    const disk = new Disk();
    const harness = await Harness.start(agency, await temporaryFolder(t), { clock, files: disk.files });
    t.teardown(() => harness.close());
    const recording = await camera.record(1);
    const [first, second] = [recording.chunk(100), recording.chunk(100)];
    await harness.send(['session/record', statementRecord(camera.session.encoded)]);
    await harness.send(...messagesOf(recording, [first]));
    t.equal(harness.last, '1k');
    const heal = await strike(harness, disk);
    const { length } = harness.receipts;
    await harness.send(...messagesOf(recording, [second]).slice(2));
    await clock.advance(3_000);
    t.equal(harness.receipts.length, length, 'nothing is said meanwhile');
    await heal();
    const healedUs = clock.uptimeUs();
    while (harness.receipts.length === length && clock.uptimeUs() < healedUs + 10_000_000) {
      await clock.advance(100);
      await harness.turn();
    }
    t.ok(clock.uptimeUs() - healedUs <= 5_000_000, `told ${clock.uptimeUs() - healedUs} us after the end`);
    // Of what was dropped, or was written.
    t.match(harness.last, /^[12]k$/);
    await harness.send(...messagesOf(recording, [second]).slice(2));
    t.equal(harness.last, '2k');
  });
}

const limits = { answerDelayMsMin: 500, answerDelayMsMax: 4_000, unansweredMax: 3 };

t.test('a fault that strikes after each answer is answered less and less often', async (t) => {
  const clock = fakeClock();
  const answeredMs: number[] = [];
  const late: LateAnswers = new LateAnswers({
    limits,
    clock,
    answer: async (ids) => {
      answeredMs.push(clock.uptimeUs() / 1_000);
      for (const id of ids) late.owe(id);
      return true;
    },
  });
  late.owe('a');
  late.owe('a');
  await clock.advance(20_000);
  t.same(answeredMs, [500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500]);
  late.close();
  t.equal(clock.timers, 0);
  late.owe('b');
  t.equal(clock.timers, 0, 'one that closed waits for nothing');
});

t.test(
  'while the store is away it is tried again and again, and a fault much later is a new one',
  async (t) => {
    const clock = fakeClock();
    const asked: string[] = [];
    let away = true;
    const answer = async (ids: readonly string[]): Promise<boolean> => {
      asked.push(`${clock.uptimeUs() / 1_000} ${ids}`);
      return !away;
    };
    const late = new LateAnswers({ limits, clock, answer });
    late.owe('a');
    await clock.advance(1_400);
    late.owe('b');
    await clock.advance(600);
    away = false;
    await clock.advance(10_000);
    late.owe('a');
    await clock.advance(10_000);
    t.same(asked, ['500 a', '1000 a', '1500 a', '2000 a,b', '2500 a,b', '12500 a']);
    t.equal(clock.timers, 0);
  },
);

t.test('so many recordings are told of, and no more', async (t) => {
  const clock = fakeClock();
  const asked: string[] = [];
  const answer = async (ids: readonly string[]): Promise<boolean> => {
    asked.push(...ids);
    return true;
  };
  const late = new LateAnswers({ limits, clock, answer });
  for (const id of ['a', 'b', 'c', 'd']) late.owe(id);
  await clock.advance(1_000);
  t.same(asked, ['b', 'c', 'd']);
});
