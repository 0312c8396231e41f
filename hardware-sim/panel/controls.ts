import { actionFields, cameraVerbs } from '../actions.ts';
import { burstSecondsMax, defaultRates, faultNames, isRateFault } from '../faults.ts';
import type { FaultControl, InstrumentControl, NumberControl } from './messages.ts';

// What the page can change, from the lists and the schema of the simulator's own actions, so that a new one is on the page by
// itself.

/** What each fault does, in the words of the page. A fault without words is shown by its name. */
const words: Readonly<Record<string, string>> = {
  bitErrors: 'Bits flip on the line, both ways',
  dropFrames: 'Frames from the camera are lost',
  duplicateFrames: 'Frames from the camera arrive twice',
  stall: 'Nothing passes on the line',
  freeze: 'The camera hangs',
  burst: 'Pictures come late, many at once',
  unplug: 'The cable is out',
  clockJump: "The camera's clock jumps",
  lampBroken: 'The lamp stays dark',
};

/** The faults that take a time, in seconds. */
const seconds: Readonly<Record<string, NumberControl>> = {
  burst: { value: 1, min: 0.1, max: burstSecondsMax },
  clockJump: { value: 60, min: -86_400, max: 86_400 },
};

/** The controls for all faults that the simulator knows, in the order of its list. */
export function faultControls(): FaultControl[] {
  return faultNames.map((name) => ({
    name,
    title: titleOf(name),
    says: words[name] ?? '',
    kind: name === 'clockJump' ? 'once' : isRateFault(name) ? 'rate' : 'switch',
    rate: isRateFault(name) ? defaultRates[name] : undefined,
    seconds: seconds[name],
  }));
}

/** Verbs that have buttons, switches or nothing of their own on the page. */
const elsewhere = ['press', 'fault', 'report', 'quit'];
const titles: Readonly<Record<string, string>> = { gnss: 'GNSS', motion: 'Motion of the wearer' };
const units: Readonly<Record<string, string>> = { battery: '%', temperature: '°C' };
/** Where the slider is at first. */
const firstValues: Readonly<Record<string, number>> = { battery: 96, temperature: 33 };
/** A choice that has to say more: the field, and its value unless another is chosen. */
const moreOf: Readonly<Record<string, { readonly field: string } & NumberControl>> = {
  jump: { field: 'metres', value: 500, min: 0, max: 1_000_000 },
};

/** The controls for all instruments that an action can change. */
export function instrumentControls(): InstrumentControl[] {
  return cameraVerbs
    .filter((verb) => !elsewhere.includes(verb))
    .flatMap((name): InstrumentControl[] => {
      const { wrapped } = actionFields[name];
      const title = titles[name] ?? titleOf(name);
      if ('options' in wrapped) {
        const options = wrapped.options.map((option) => ({ name: option, more: moreOf[option] }));
        return [{ name, title, kind: 'choice', options }];
      }
      if (!('pipe' in wrapped)) return [];
      const { min, max } = boundsOf(wrapped.pipe);
      return [
        { name, title, kind: 'number', unit: units[name] ?? '', min, max, value: firstValues[name] ?? min },
      ];
    });
}

function boundsOf(pipe: readonly { readonly type: string }[]): { min: number; max: number } {
  const bound = (type: string): number => {
    const action = pipe.find((one) => one.type === type);
    return action !== undefined && 'requirement' in action ? Number(action.requirement) : 0;
  };
  return { min: bound('min_value'), max: bound('max_value') };
}

/** `dropFrames` as "Drop frames". */
function titleOf(name: string): string {
  const spaced = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
