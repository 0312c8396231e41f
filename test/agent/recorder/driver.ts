import { sealcam } from '#generated/telemetry.js';
import { agentLimits } from '../../../agent/limits.ts';
import type { RecorderInput } from '../../../agent/recorder/inputs.ts';
import { initialRecorder, nextRecorder } from '../../../agent/recorder/machine.ts';
import type { RecorderEffect, RecorderState } from '../../../agent/recorder/machine-types.ts';
import type { PolicyProfile } from '../../../agent/recorder/policy.ts';
import type { RecorderLimits } from '../../../agent/recorder/recorder-limits.ts';
import type { EarlierRun } from '../../../agent/recorder/remembered.ts';
import type { CapturedSample } from '../../../agent/recorder/stream/segmenter.ts';
import { parameters } from './stream.ts';

/** A policy without a ring; tests change what they are about. */
export const policy: PolicyProfile = {
  name: 'test',
  ringSeconds: 0,
  preEventSound: true,
  dwellingMode: 'linked',
  signed: undefined,
  runOnSeconds: 0,
  automaticStarts: [],
  ringInDwellings: false,
  roles: ['evidence'],
  dwellingRoles: ['court'],
  padMedia: false,
  commands: [],
};

/** The agent's limits, but for presses: each takes effect at once, so that a test need not wait between two. */
export const atOnce: RecorderLimits = { ...agentLimits, pressMergeUs: 0 };

/** A recorder that is driven by hand; `log` is what it did, a word for each effect. */
export class Driver {
  state: RecorderState;
  readonly effects: RecorderEffect[] = [];

  constructor(
    changes: Partial<PolicyProfile> = {},
    limits: RecorderLimits = atOnce,
    before: EarlierRun = {},
  ) {
    const context = { reason: 'r', notice: 'given', officer: 'o' } as const;
    this.state = initialRecorder({ ...policy, ...changes }, limits, context, before);
    this.hear({ kind: 'sensor', present: true, atUs: 0 }, { kind: 'parameters', parameters, atUs: 0 });
    this.effects.length = 0;
  }

  hear(...inputs: RecorderInput[]): this {
    for (const input of inputs) {
      const turn = nextRecorder(this.state, input);
      this.state = turn.state;
      this.effects.push(...turn.effects);
    }
    return this;
  }

  /** As {@link hear}, at a time of the agent's own clock. */
  hearAt(nowUs: number, input: RecorderInput): void {
    const turn = nextRecorder(this.state, input, nowUs);
    this.state = turn.state;
    this.effects.push(...turn.effects);
  }

  /** All that was handed over is on storage. */
  settle(): void {
    while (this.state.facts.unsealed.length > 0) this.hear({ kind: 'sealed' });
    while (this.state.facts.closing > 0) this.hear({ kind: 'closed' });
  }

  stream(samples: readonly CapturedSample[]): this {
    return this.hear(...samples.map((sample) => ({ kind: 'sample', sample }) as const));
  }

  /** Effects as words, without those that name no part of a recording. */
  get log(): string[] {
    return this.effects.flatMap((effect) => {
      switch (effect.kind) {
        case 'open':
          return [`open ${effect.start} ${effect.roles.join('+')}`];
        case 'seal':
          return [`seal ${effect.chunk === undefined ? '-' : effect.chunk.samples.length}`];
        case 'gap':
          return [`gap ${effect.gap.cause} ${effect.gap.video}+${effect.gap.audio}`];
        case 'close':
          return [`close ${effect.reason}`];
        case 'sealInit':
          return ['init'];
        case 'lost':
          return [`lost ${effect.gap.cause} ${effect.gap.video}+${effect.gap.audio} ${effect.reason}`];
        default:
          return [];
      }
    });
  }

  /** Samples whose bytes were to be wiped. */
  get wiped(): CapturedSample[] {
    return this.effects.flatMap((effect) => (effect.kind === 'wipe' ? effect.samples : []));
  }

  /** What went with each chunk that was sealed. */
  telemetry(): sealcam.telemetry.ChunkTelemetry[] {
    return this.effects.flatMap((effect) =>
      effect.kind === 'seal' ? [sealcam.telemetry.ChunkTelemetry.decode(effect.telemetry)] : [],
    );
  }
}

export const start = { kind: 'start', by: 'button', atUs: 1_000_000 } as const;
export const stop = (atUs: number) => ({ kind: 'stop', by: 'button', atUs }) as const;
/** `opened`: its opening is durable. */
export const fault = (recording: number, atUs: number, opened = true) =>
  ({ kind: 'fault', recording, opened, atUs }) as const;
export const retry = (atUs: number) => ({ kind: 'retry', atUs }) as const;
