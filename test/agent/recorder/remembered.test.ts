import t from 'tap';
import type { RecorderInput } from '../../../agent/recorder/inputs.ts';
import { initialRecorder, nextRecorder } from '../../../agent/recorder/machine.ts';
import type { RecorderState } from '../../../agent/recorder/machine-types.ts';
import { rememberedOf, settled } from '../../../agent/recorder/remembered.ts';
import type { CapturedSample } from '../../../agent/recorder/stream/segmenter.ts';
import { atOnce, policy } from './driver.ts';
import { parameters, pictures } from './stream.ts';

const context = { reason: 'r', notice: 'given', officer: 'o' } as const;
const place = (sequence: number) => ({ run: '51', sequence });

/** The recorder after `inputs`, of a sensor that is there. */
function recorder(...inputs: RecorderInput[]): RecorderState {
  const state = initialRecorder(policy, atOnce, context);
  return heard(
    state,
    { kind: 'sensor', present: true, atUs: 0 },
    { kind: 'parameters', parameters, atUs: 0 },
    ...inputs,
  );
}

function heard(state: RecorderState, ...inputs: RecorderInput[]): RecorderState {
  return inputs.reduce((before, input) => nextRecorder(before, input).state, state);
}

/** `count` pictures from number `from` on, a key picture every second; each is frame number `n` of the sensor. */
function stream(from: number, count: number): RecorderInput[] {
  return pictures(from, count, 25).map((sample: CapturedSample, n) => ({
    kind: 'sample',
    sample: { ...sample, ordinal: from + n, place: place(from + n) },
  }));
}

const start: RecorderInput = { kind: 'start', by: 'button', atUs: 1_000_000 };
const full: RecorderInput = { kind: 'storage', full: true, atUs: 5_000_000 };
const sealed: RecorderInput = { kind: 'sealed' };

t.test('from the press of start to that of stop it is remembered that the camera records', async (t) => {
  t.match(rememberedOf(recorder()), { recording: 'no', missed: undefined, upTo: undefined });
  const waiting = recorder(start);
  t.match(rememberedOf(waiting), { recording: 'yes', dwelling: false });
  const recording = heard(waiting, ...stream(0, 30));
  t.match(rememberedOf(recording), { recording: 'yes' });
  t.match(rememberedOf(heard(recording, { kind: 'dwelling', on: true, atUs: 1 })), { dwelling: true });
  const stopping = heard(recording, { kind: 'stop', by: 'button', atUs: 3_000_000 });
  t.match(rememberedOf(stopping), { recording: 'stopping' }, 'until the closing is durable');
  t.match(rememberedOf(heard(stopping, { kind: 'closed' })), { recording: 'no' });
});

t.test('what is durable is remembered by the place of its last picture', async (t) => {
  const state = recorder(start, ...stream(0, 60));
  t.match(rememberedOf(state), { missed: undefined, upTo: undefined }, 'nothing is durable yet');
  const next = { ...state, facts: settled(state.facts) };
  t.match(rememberedOf(next), { missed: undefined, upTo: place(24) }, 'the first chunk, once it is');
  t.same(rememberedOf(heard(state, sealed)), rememberedOf(next));
  t.match(rememberedOf(heard(state, sealed, sealed)), { upTo: place(49) });
});

t.test('a gap is remembered as soon as the sensor may forget what is in it', async (t) => {
  const state = recorder(start, ...stream(0, 60), full, ...stream(60, 20));
  t.match(rememberedOf(state), { missed: undefined, upTo: undefined }, 'two chunks are still held before it');
  t.match(rememberedOf(heard(state, sealed)), { missed: undefined, upTo: place(24) });
  const alone = heard(state, sealed, sealed);
  t.match(rememberedOf(alone), { missed: { cause: 'storage', video: 30 }, upTo: place(79) });
  t.match(rememberedOf(heard(alone, ...stream(80, 5))), { missed: { video: 35 }, upTo: place(84) });

  // There is room again: the gap is on its way to storage, and after it a chunk that the sensor still keeps.
  const room: RecorderInput = { kind: 'storage', full: false, atUs: 6_000_000 };
  const stated = heard(alone, room, ...stream(80, 45));
  t.match(rememberedOf(stated), { missed: { cause: 'storage', video: 30 }, upTo: place(79) });
  t.match(rememberedOf(heard(stated, sealed)), { missed: undefined, upTo: place(79) }, 'it is signed');
});

t.test('a run that goes on states what the run before it missed', async (t) => {
  const missed = { fromUs: 1, toUs: 2, cause: 'storage', video: 7, audio: 3, upTo: place(9) } as const;
  const resumed = recorder({ kind: 'resume', missed, fromUs: 1, atUs: 1 });
  t.match(rememberedOf(resumed), { recording: 'yes', missed: { video: 7, audio: 3 }, upTo: place(9) });
  const [key] = stream(25, 1);
  if (key === undefined) throw new RangeError('a picture');
  const { state, effects } = nextRecorder(resumed, key);
  t.match(
    effects.filter(({ kind }) => kind === 'open' || kind === 'gap'),
    [
      { kind: 'open', start: 'linked' },
      { kind: 'gap', gap: { cause: 'storage', video: 7, audio: 3 } },
    ],
  );
  t.match(rememberedOf(state), { missed: { video: 7 } }, 'until it is signed');
  const whileFull = heard(recorder(full), { kind: 'resume', missed: undefined, fromUs: 1, atUs: 1 });
  t.match(rememberedOf(whileFull), { recording: 'yes' }, 'also where the storage is full');
  t.equal(whileFull.facts.lampCommanded, 'alarm');
});

t.test(
  'a run that goes on inside a group of pictures: the rest of it is missing by a fault of the camera',
  async (t) => {
    const head = recorder({ kind: 'resume', missed: undefined, fromUs: 1, atUs: 1 }, ...stream(12, 13));
    t.equal(head.phase.kind, 'waiting');
    const [key] = stream(25, 1);
    if (key === undefined) throw new RangeError('a picture');
    t.match(
      nextRecorder(head, key).effects.filter(({ kind }) => kind === 'open' || kind === 'gap'),
      [
        { kind: 'open', start: 'linked' },
        { kind: 'gap', gap: { cause: 'fault', video: 13, audio: 0 } },
      ],
    );
  },
);
