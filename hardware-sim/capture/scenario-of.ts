import { defaultRates, type RateFault } from '../faults.ts';
import type { TraceLine } from './link-trace.ts';

/** Without a frame of the sensor for this long, the line is taken as stalled. */
const stallUsMin = 1_000_000;
const secondUs = 1_000_000;
const stepsMax = 2_000;

/** What was counted in a second, of both sides; `numbered` and `twice` of the sensor's numbered frames. */
const noSecond = { index: -1, wrong: 0, missing: 0, frames: 0, bits: 0, numbered: 0, twice: 0 };

interface ScenarioStep {
  readonly atUs: number;
  readonly text: string;
}

/**
 * Makes a scenario of what happened in a capture: the buttons that were pressed, and the faults of the line, in seconds
 * after the first session began. Rates of errors are those of each second in which there were some.
 */
export class ScenarioMaker {
  readonly #steps: ScenarioStep[] = [];
  #zeroUs: number | undefined;
  #sensorUs: number | undefined;
  #unplugged = false;
  #second = { ...noSecond };
  #on: readonly RateFault[] = [];
  /** The number of the sensor's frame just before, unless the agent has asked for it again since. */
  #lastNumber: number | undefined;

  take(line: TraceLine): void {
    const { atUs, what } = line;
    if (what.kind === 'note') {
      this.#note(what.text, atUs);
      return;
    }
    if (line.remarks.includes('session begun')) this.#zeroUs ??= atUs;
    if (this.#zeroUs === undefined) return;
    this.#count(line);
    if (line.from !== 'sensor') return;
    this.#stall(atUs);
    if (what.kind !== 'frame' || line.again || what.content.kind !== 'message') return;
    const { message } = what.content;
    if (message.name !== 'button') return;
    const on = message.button === 'mute' || message.button === 'dwelling' ? `, on: ${message.pressed}` : '';
    const category = message.category === undefined ? '' : `, category: ${message.category}`;
    this.#add(atUs, `press: ${message.button}${on}${category}`);
  }

  /** The scenario as YAML. */
  end(): string {
    this.#closeSecond(Number.MAX_SAFE_INTEGER);
    const steps = [...this.#steps].sort((a, b) => a.atUs - b.atUs).slice(0, stepsMax);
    const zeroUs = this.#zeroUs ?? 0;
    return [
      '# Made by sealcam link show --scenario. Seconds after the first session of agent and sensor.',
      'zero: agent',
      ...(steps.length === 0 ? ['steps: []'] : ['steps:']),
      ...steps.map(
        ({ atUs, text }) => `  - { at: ${Math.max(0, (atUs - zeroUs) / secondUs).toFixed(2)}, ${text} }`,
      ),
      '',
    ].join('\n');
  }

  #add(atUs: number, text: string): void {
    if (this.#steps.length < 2 * stepsMax) this.#steps.push({ atUs, text });
  }

  #note(text: string, atUs: number): void {
    if (this.#zeroUs === undefined) return;
    const away = text === 'the sensor is unplugged';
    if (!away && text !== 'the sensor is plugged in again') return;
    this.#unplugged = away;
    this.#sensorUs = undefined;
    this.#add(atUs, `fault: unplug, on: ${away}`);
  }

  /** The sensor is heard: if it was not for long, though plugged in, the line was stalled. */
  #stall(atUs: number): void {
    const before = this.#sensorUs;
    this.#sensorUs = atUs;
    if (before === undefined || this.#unplugged || atUs - before < stallUsMin) return;
    this.#add(before, 'fault: stall, on: true');
    this.#add(atUs, 'fault: stall, on: false');
  }

  #count(line: TraceLine): void {
    const { atUs, what, missing, bytes } = line;
    const index = Math.floor((atUs - (this.#zeroUs ?? 0)) / secondUs);
    if (index !== this.#second.index) {
      this.#closeSecond(index);
      this.#second = { ...noSecond, index };
    }
    const second = this.#second;
    second.frames += 1;
    second.bits += bytes * 8;
    if (what.kind === 'fault') second.wrong += 1;
    if (missing !== undefined) second.missing += missing.to - missing.from + 1;
    this.#countTwice(line);
  }

  /** A number that directly repeats arrived twice; one that comes later, or was requested, was sent again. */
  #countTwice({ from, what, again }: TraceLine): void {
    if (what.kind !== 'frame') return;
    const { frame, content } = what;
    if (from === 'agent') {
      if (content.kind === 'message' && content.message.name === 'resend') this.#lastNumber = undefined;
      return;
    }
    if (frame.sequence === 0) return;
    this.#second.numbered += 1;
    if (again && frame.sequence === this.#lastNumber) this.#second.twice += 1;
    this.#lastNumber = frame.sequence;
  }

  /** Judges the second that is over: wrong frames are wrong bits; numbers missing without any are lost frames. */
  #closeSecond(next: number): void {
    const { index } = this.#second;
    if (index < 0) return;
    const startUs = (this.#zeroUs ?? 0) + index * secondUs;
    const rates = this.#rates();
    const found = rates.map(({ fault }) => fault);
    this.#endFaults(startUs, found);
    for (const { fault, rate } of rates) {
      const shown = Math.min(1, Math.max(rate, defaultRates[fault] / 1_000));
      this.#add(startUs, `fault: ${fault}, rate: ${shown.toPrecision(2)}`);
    }
    this.#on = found;
    if (next === Number.MAX_SAFE_INTEGER || next > index + 1) this.#endFaults(startUs + secondUs, []);
  }

  /** Ends the faults that are on, except `others`. */
  #endFaults(atUs: number, others: readonly RateFault[]): void {
    for (const fault of this.#on) if (!others.includes(fault)) this.#add(atUs, `fault: ${fault}, on: false`);
    this.#on = others;
  }

  /** The faults of the second that is over, with their rates. */
  #rates(): { readonly fault: RateFault; readonly rate: number }[] {
    const { wrong, missing, frames, bits, numbered, twice } = this.#second;
    const rates: { fault: RateFault; rate: number }[] = [];
    if (wrong > 0) rates.push({ fault: 'bitErrors', rate: wrong / Math.max(1, bits) });
    else if (missing > 0) rates.push({ fault: 'dropFrames', rate: missing / (frames + missing) });
    if (twice > 0) rates.push({ fault: 'duplicateFrames', rate: twice / Math.max(1, numbered - twice) });
    return rates;
  }
}
