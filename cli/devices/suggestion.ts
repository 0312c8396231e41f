import { keyName, switchName } from '../../agent/sensor/config.ts';
import {
  type FoundCamera,
  type FoundDevice,
  type FoundInput,
  gpsdPort,
  type MachineDevices,
} from './machine-devices.ts';

// What an agent would be told to use of the devices that were found.

/** What each key would do, the best choice first. A key that a keyboard types with is not a button. */
const keyUses: readonly (readonly [use: string, codes: readonly number[]])[] = [
  ['start', [167, 212, 207, 164]],
  ['stop', [128, 166]],
  ['bookmark', [156]],
  ['mute', [248, 113]],
];
const switchUses: readonly (readonly [use: string, code: number])[] = [
  ['mute', 14],
  ['dwelling', 9],
];
/** A device with more keys is a keyboard or a remote control. */
const buttonsMax = 32;

/** What would be used, and as what. */
export interface Suggestion {
  readonly camera: FoundCamera | undefined;
  /** The camera's pictures are recorded as they are, without a program. */
  readonly direct: boolean;
  readonly program: 'rpicam-vid' | 'ffmpeg' | undefined;
  readonly buttons: readonly {
    readonly device: FoundInput;
    readonly keys: readonly string[];
    readonly switches: readonly string[];
  }[];
  readonly lamp: FoundDevice | undefined;
  readonly beep: FoundDevice | undefined;
  readonly vibration: FoundDevice | undefined;
  readonly battery: FoundDevice | undefined;
  readonly temperature: FoundDevice | undefined;
  readonly motion: FoundDevice | undefined;
  readonly gpsd: boolean;
}

export function suggestionFor(found: MachineDevices): Suggestion {
  const encoding = found.cameras.find(({ formats }) => formats.length > 0);
  const camera = encoding ?? found.cameras[0];
  const ofThePi = /unicam|rp1-cfe|imx\d|ov\d/i.test(camera?.name ?? '');
  const has = (program: string): boolean => found.programs.includes(program);
  const named = (devices: readonly FoundDevice[], ...names: RegExp[]): FoundDevice | undefined =>
    names.flatMap((name) => devices.filter((device) => name.test(device.name)))[0];
  const lamps = found.leds.filter(
    ({ name }) => !/lock|mmc|::(tx|rx|lan|wan|wlan)|phy|buzz|beep|vibr|backlight/i.test(name),
  );
  return {
    camera,
    direct: encoding !== undefined,
    program:
      encoding !== undefined
        ? undefined
        : has('rpicam-vid') && ofThePi
          ? 'rpicam-vid'
          : has('ffmpeg')
            ? 'ffmpeg'
            : undefined,
    buttons: found.inputs.flatMap((device) => usesOf(device) ?? []),
    lamp: named(lamps, /rec/i, /red/i, /user|status|act/i, /./),
    beep: named(found.leds, /buzz|beep/i),
    vibration: named(found.leds, /vibr/i),
    battery: found.batteries[0],
    temperature: named(found.temperatures, /soc|cpu|pkg/i, /./),
    motion: found.accelerometers[0],
    gpsd: found.gpsd,
  };
}

function usesOf(device: FoundInput): Suggestion['buttons'][number] | undefined {
  if (device.keys.size > buttonsMax) return undefined;
  const keys = keyUses.flatMap(([use, codes]) => {
    const code = codes.find((code) => device.keys.has(code));
    return code === undefined ? [] : [`${keyName(code)}: ${use}`];
  });
  const switches = switchUses.flatMap(([use, code]) =>
    device.switches.has(code) ? [`${switchName(code)}: ${use}`] : [],
  );
  return keys.length + switches.length === 0 ? undefined : { device, keys, switches };
}

const fragmented = [
  ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p'],
  ...[
    '-g',
    '30',
    '-bf',
    '0',
    '-movflags',
    '+frag_keyframe+empty_moov+default_base_moof',
    '-f',
    'mp4',
    'pipe:1',
  ],
];

function programLine({ program, camera }: Suggestion): string[] {
  if (program === 'rpicam-vid')
    return [
      ...['rpicam-vid', '--nopreview', '--timeout', '0', '--codec', 'h264', '--inline', '--intra', '30'],
      ...['--framerate', '30', '--width', '1920', '--height', '1080', '--flush', '--output', '-'],
    ];
  const from =
    camera === undefined
      ? ['-re', '-f', 'lavfi', '-i', 'testsrc2=size=1280x720:rate=30']
      : ['-f', 'v4l2', '-i', camera.path];
  return ['ffmpeg', '-nostdin', '-loglevel', 'error', ...from, ...fragmented];
}

/** The key `sensor` of an agent's configuration for this machine, as YAML; undefined where nothing gives pictures. */
export function suggestedYaml(suggestion: Suggestion, found: MachineDevices): string[] | undefined {
  const { program, camera, gpsd } = suggestion;
  if (program === undefined && !suggestion.direct) return undefined;
  const flow = (words: readonly string[]): string =>
    `[${words.map((word) => JSON.stringify(word)).join(', ')}]`;
  const at = (key: string, name: string, device: FoundDevice | undefined): string[] =>
    device === undefined ? [] : [`      ${key}: {${name}: ${JSON.stringify(device.path)}}  # ${device.name}`];
  const buttons = suggestion.buttons.flatMap(({ device, keys, switches }) => [
    `        - device: ${JSON.stringify(device.path)}  # ${device.name}`,
    ...(keys.length > 0 ? [`          keys: {${keys.join(', ')}}`] : []),
    ...(switches.length > 0 ? [`          switches: {${switches.join(', ')}}`] : []),
  ]);
  const controls = [
    ...(buttons.length > 0
      ? ['      buttons:', ...buttons]
      : ['      # No buttons were found: without one nothing is recorded.']),
    ...at('lamp', 'led', suggestion.lamp),
    ...at('beep', 'led', suggestion.beep),
    ...at('vibration', 'led', suggestion.vibration),
    ...(gpsd
      ? [`      gnss: {gpsd: ${gpsdPort}}`]
      : found.serialPorts.map(({ path }) => `      # gnss: {port: ${path}}`)),
    ...at('battery', 'supply', suggestion.battery),
    ...at('temperature', 'zone', suggestion.temperature),
    ...at('motion', 'device', suggestion.motion),
  ];
  const hasKey = controls.some((line) => !line.trimStart().startsWith('#'));
  const named = (device: FoundDevice | undefined): string[] =>
    device === undefined ? ['    # A test picture, as no camera was found.'] : [`    # ${device.name}`];
  const pipe = (): string[] => [
    '  pipe:',
    ...named(camera),
    `    program: ${flow(programLine(suggestion))}`,
    ...(program === 'rpicam-vid' ? ['    format: h264', '    frameRate: 30'] : []),
  ];
  const direct = (): string[] => [
    '  v4l2:',
    ...named(camera),
    `    device: ${JSON.stringify(camera?.path)}`,
    `    format: ${camera?.formats[0]}`,
    ...['    frameRate: 30', '    keyEvery: 30'],
  ];
  return [
    'sensor:',
    ...(suggestion.direct ? direct() : pipe()),
    '  controls:',
    hasKey ? '    local:' : '    local: {}',
    ...controls,
  ];
}

const said = ({ name, formats = [] }: FoundDevice & Partial<FoundCamera>): string =>
  [name, ...formats.map((format) => (format === 'h264' ? 'H.264' : 'H.265'))].join(', ');

/** A line for each kind of device: what was found, and what would be used. */
export function deviceLines(found: MachineDevices, suggestion: Suggestion): [what: string, says: string][] {
  const { buttons, lamp, camera, battery, temperature, motion, program } = suggestion;
  const listed = (devices: readonly FoundDevice[], used: readonly (FoundDevice | undefined)[]): string =>
    devices.length === 0
      ? 'none found'
      : devices
          .map(
            (device) => `${device.path} (${said(device)})${used.includes(device) ? ', would be used' : ''}`,
          )
          .join('; ');
  const programs = found.programs.map((name) => (name === program ? `${name}, would be used` : name));
  return [
    ['cameras', listed(found.cameras, [camera])],
    ['programs', programs.length === 0 ? 'none found that gives pictures' : programs.join('; ')],
    [
      'buttons',
      listed(
        found.inputs,
        buttons.map(({ device }) => device),
      ),
    ],
    ['LEDs', listed(found.leds, [lamp, suggestion.beep, suggestion.vibration])],
    ['serial ports', listed(found.serialPorts, [])],
    ['gpsd', found.gpsd ? `answers at port ${gpsdPort}, would be used` : 'does not answer'],
    ['batteries', listed(found.batteries, [battery])],
    ['temperatures', listed(found.temperatures, [temperature])],
    ['motion', listed(found.accelerometers, [motion])],
  ];
}
