import { type ButtonName, isSwitch, type SwitchName } from '../../../proto/link/messages.ts';
import { type ButtonsConfig, codeNumber, type KeyMeaning, keyMeaning } from './config.ts';
import { type InputEvent, inputTypes } from './input-event.ts';

/** What the hand did, as the port has it. */
export interface ButtonChange {
  readonly button: ButtonName;
  readonly pressed: boolean;
  /** Of a bookmark, if its key is for one alone. */
  readonly category?: number;
}

/** How the switches stand, for all devices of buttons together: each may change them. */
export type SwitchPositions = Record<SwitchName, boolean>;

/** Makes what one input device tells into presses and switches. Pure. */
export class Buttons {
  readonly #keys: ReadonlyMap<number, KeyMeaning>;
  readonly #switches: ReadonlyMap<number, SwitchName>;
  readonly #positions: SwitchPositions;
  readonly #down = new Set<number>();

  /** @param positions which this changes. */
  constructor({ keys, switches }: Pick<ButtonsConfig, 'keys' | 'switches'>, positions: SwitchPositions) {
    this.#keys = new Map(Object.entries(keys).map(([code, said]) => [codeNumber(code), keyMeaning(said)]));
    this.#switches = new Map(Object.entries(switches).map(([code, name]) => [codeNumber(code), name]));
    this.#positions = positions;
  }

  take({ type, code, value }: InputEvent): ButtonChange | undefined {
    if (type === inputTypes.key) return this.#key(code, value);
    const name = type === inputTypes.sw ? this.#switches.get(code) : undefined;
    return name === undefined ? undefined : this.#switch(name, value !== 0);
  }

  /**
   * How the device says that it stands, after it was away or events of it were lost: switches are set accordingly, and
   * keys that were down and are not any more are released. A press is not made up: it may have been another one.
   */
  compare(keys: Uint8Array | undefined, switches: Uint8Array | undefined): ButtonChange[] {
    const changes: (ButtonChange | undefined)[] = [];
    for (const code of this.#down)
      if (keys === undefined || !bit(keys, code)) changes.push(this.#key(code, 0));
    if (switches !== undefined)
      for (const [code, name] of this.#switches) changes.push(this.#switch(name, bit(switches, code)));
    return changes.filter((change) => change !== undefined);
  }

  #key(code: number, value: number): ButtonChange | undefined {
    const meaning = this.#keys.get(code);
    const isDown = value === 1;
    // 2 is a key that repeats because it is held.
    if (meaning === undefined || value === 2) return undefined;
    if (isDown) this.#down.add(code);
    else this.#down.delete(code);
    const { button } = meaning;
    if (!isSwitch(button)) return { ...meaning, pressed: isDown };
    return isDown ? this.#switch(button, !this.#positions[button]) : undefined;
  }

  #switch(name: SwitchName, on: boolean): ButtonChange | undefined {
    if (this.#positions[name] === on) return undefined;
    this.#positions[name] = on;
    return { button: name, pressed: on };
  }
}

function bit(bits: Uint8Array, code: number): boolean {
  return (((bits[code >> 3] ?? 0) >> (code & 7)) & 1) === 1;
}
