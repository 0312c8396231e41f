import fc from 'fast-check';
import t from 'tap';
import type { CapturedSample } from '../../../agent/recorder/stream/segmenter.ts';
import { seeded } from '../../support/seed.ts';
import { atOnce, Driver, fault, retry } from './driver.ts';
import { parameters, picture, sound } from './stream.ts';

t.test(
  'any history: recordings never overlap, every picture is in a chunk, a gap, or before a start (property)',
  async (t) => {
    const { seed } = seeded(t);
    const move = fc.oneof(
      { weight: 40, arbitrary: fc.record({ kind: fc.constant('picture' as const), key: fc.boolean() }) },
      { weight: 10, arbitrary: fc.constant({ kind: 'sound' as const }) },
      ...(
        [
          'start',
          'stop',
          'bookmark',
          'full',
          'free',
          'gone',
          'back',
          'in',
          'out',
          'mute',
          'other',
          'sealed',
          'shift',
          'fault',
          'retry',
        ] as const
      ).map((kind) => ({ weight: 2, arbitrary: fc.constant({ kind }) })),
    );
    const fewStatements = {
      recordingStatementsMax: 24,
      recordingStatementsSpare: 20,
      recordingStatementsKept: 12,
    };
    fc.assert(
      fc.property(fc.array(move, { maxLength: 200 }), fc.nat(3), (moves, ringSeconds) => {
        const limits = { ...atOnce, unsealedBytesMax: 20_000, chunkBytesMax: 2_000, ...fewStatements };
        const driver = new Driver({ ringSeconds }, limits);
        let n = 0;
        let width = 1280;
        let open = false;
        let statements = 0;
        const fed = new Set<CapturedSample>();
        const sealed = new Set<CapturedSample>();
        for (const one of moves) {
          const atUs = 1_000_000 + n * 40_000;
          const before = driver.effects.length;
          const wasRecording = driver.state.phase.kind === 'recording';
          if (one.kind === 'picture') {
            const sample = picture(n, one.key, 50);
            n += 1;
            if (wasRecording) fed.add(sample);
            driver.stream([sample]);
          } else if (one.kind === 'sound') driver.stream([sound(n * 2, 5)]);
          else if (one.kind === 'start') driver.hear({ kind: 'start', by: 'button', atUs });
          else if (one.kind === 'stop') driver.hear({ kind: 'stop', by: 'command', atUs });
          else if (one.kind === 'bookmark') driver.hear({ kind: 'bookmark', atUs });
          else if (one.kind === 'full' || one.kind === 'free')
            driver.hear({ kind: 'storage', full: one.kind === 'full', atUs });
          else if (one.kind === 'gone' || one.kind === 'back')
            driver.hear({ kind: 'sensor', present: one.kind === 'back', atUs });
          else if (one.kind === 'in' || one.kind === 'out')
            driver.hear({ kind: 'dwelling', on: one.kind === 'in', atUs });
          else if (one.kind === 'mute') driver.hear({ kind: 'mute', on: !driver.state.facts.muted, atUs });
          else if (one.kind === 'other') {
            width += 16;
            driver.hear({
              kind: 'parameters',
              parameters: { ...parameters, video: { ...parameters.video, width } },
              atUs,
            });
          } else if (one.kind === 'fault') {
            if (driver.state.facts.opened > 0) driver.hear(fault(driver.state.facts.opened, atUs));
          } else if (one.kind === 'retry') driver.hear(retry(atUs));
          else if (one.kind === 'shift') n = Math.max(0, n - 5);
          else if (driver.state.facts.unsealed.length > 0) driver.hear({ kind: 'sealed' });

          for (const effect of driver.effects.slice(before)) {
            if (effect.kind === 'open') {
              t.notOk(open, 'one recording at a time');
              open = true;
              statements = 0;
            } else if (effect.kind === 'close') {
              t.ok(open);
              open = false;
            } else if (effect.kind === 'seal' || effect.kind === 'gap' || effect.kind === 'sealInit') {
              t.ok(open, 'statements stand within a recording');
              statements += 1;
              t.ok(statements <= fewStatements.recordingStatementsMax);
              if (effect.kind === 'seal') {
                t.ok(effect.toUs >= effect.fromUs);
                for (const sample of effect.chunk?.samples ?? []) {
                  t.notOk(sealed.has(sample), 'no sample is sealed twice');
                  sealed.add(sample);
                }
              }
              if (effect.kind === 'gap') {
                t.ok(effect.gap.toUs >= effect.gap.fromUs);
              }
            }
          }
        }
        driver.hear({ kind: 'shutdown', atUs: 1_000_000 + n * 40_000 });
        for (const effect of driver.effects.slice(-8)) {
          if (effect.kind === 'seal') for (const sample of effect.chunk?.samples ?? []) sealed.add(sample);
        }
        const lost = driver.effects.reduce(
          (sum, effect) => sum + (effect.kind === 'gap' ? effect.gap.video : 0),
          0,
        );
        const unsealed = [...fed].filter((sample) => !sealed.has(sample)).length;
        t.ok(
          unsealed <= lost,
          `${unsealed} pictures of recordings are in no chunk, ${lost} are stated as lost`,
        );
        t.ok(driver.state.phase.kind === 'standby' || driver.state.phase.kind === 'stopping');
        t.ok(
          driver.state.facts.unsealed.reduce((sum, bytes) => sum + bytes, 0) < 60_000,
          'hand-over is bounded',
        );
      }),
      { seed, numRuns: 300 },
    );
  },
);
