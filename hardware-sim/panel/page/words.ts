import { actionWords } from '../action-words.ts';
import type { Entry } from '../messages.ts';

/** What an entry says, and how it is to be coloured. */
export interface EntryWords {
  readonly text: string;
  readonly tone: 'plain' | 'good' | 'bad' | 'warn' | 'hand' | 'quiet';
}

export function entryWords(entry: Entry): EntryWords {
  switch (entry.from) {
    case 'you':
      return { text: actionWords(entry.action), tone: 'hand' };
    case 'scenario':
      return { text: actionWords(entry.action), tone: 'hand' };
    case 'panel':
      return { text: entry.says, tone: 'warn' };
    case 'program':
      return entry.running
        ? { text: `The ${entry.name} runs`, tone: 'good' }
        : { text: `The ${entry.name} is off`, tone: 'bad' };
    case 'camera':
      return cameraWords(entry.event);
    default:
      return lineWords(entry.line);
  }
}

type CameraEvent = Extract<Entry, { from: 'camera' }>['event'];
type Line = Extract<Entry, { from: 'agent' | 'station' }>['line'];

const plain = (text: string): EntryWords => ({ text, tone: 'plain' });
const quiet = (text: string): EntryWords => ({ text, tone: 'quiet' });

function cameraWords(event: CameraEvent): EntryWords {
  switch (event.event) {
    case 'tty':
      return { text: `Plugged in, at ${event.path}`, tone: 'good' };
    case 'unplugged':
      return { text: 'Unplugged', tone: 'bad' };
    case 'agent':
      return { text: event.resumed ? 'The agent is back' : 'An agent said hello', tone: 'good' };
    case 'lost':
      return { text: `The agent is gone: ${event.reason}`, tone: 'bad' };
    case 'stream':
      return plain(event.on ? 'The agent takes the stream' : 'The agent has stopped the stream');
    case 'lamp':
      if (event.state !== event.commanded) {
        return { text: `Lamp is ${event.state}, though commanded ${event.commanded}`, tone: 'bad' };
      }
      return { text: `Lamp: ${event.state}`, tone: event.state === 'alarm' ? 'bad' : 'plain' };
    case 'beep':
      return quiet(`Beep, ${event.ms} ms`);
    case 'vibrate':
      return quiet(`Vibration, ${event.ms} ms`);
    case 'bitrate':
      return quiet(`The agent wants ${event.bitsPerSecond} bit/s of ${event.track}`);
    case 'keyFrameRequest':
      return quiet('The agent wants a key picture');
    case 'button':
      if (!event.taken) return { text: `Button ${event.button} was not taken`, tone: 'bad' };
      return plain(`Button ${event.button}${event.on ? '' : ' off'} sent`);
    case 'fault':
      return { text: `Fault ${event.fault} ${event.on ? 'on' : 'off'}`, tone: event.on ? 'warn' : 'plain' };
    case 'instrument':
      return plain(actionWords(event));
    case 'warning':
    case 'error':
      return { text: event.message, tone: 'warn' };
    case 'ended':
      return plain('The video has ended');
    default:
      return quiet(event.event);
  }
}

function lineWords(line: Line): EntryWords {
  switch (line.event) {
    case 'chunk.sealed':
      return quiet(`Chunk ${line.index} sealed, ${sizeWords(Number(line.bytes))}`);
    case 'receipt.journaled':
      return quiet(`Receipt for ${line.count} statements`);
    case 'recording.opened':
      return { text: `Recording ${line.number} opened`, tone: 'good' };
    case 'recording.closed':
      return { text: `Recording ${line.number} closed: ${line.reason}`, tone: 'good' };
    case 'recording.receipted':
      return { text: 'The station holds all of the recording', tone: 'good' };
    case 'gap.signed':
      return { text: `Gap signed, cause ${line.cause}`, tone: 'bad' };
    default:
      return {
        text: line.msg,
        tone:
          line.level === 'alarm'
            ? 'bad'
            : line.level === 'warn'
              ? 'warn'
              : line.level === 'info'
                ? 'plain'
                : 'quiet',
      };
  }
}

export const speakerNames: Readonly<Record<Entry['from'], string>> = {
  camera: 'Camera',
  agent: 'Agent',
  station: 'Station',
  you: 'By hand',
  scenario: 'Scenario',
  program: 'Panel',
  panel: 'Panel',
};

/** Milliseconds as 1:02:03, or as 02:03 below an hour. */
export function clockWords(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${hours > 0 ? `${hours}:` : ''}${two(minutes)}:${two(seconds % 60)}`;
}

export function sizeWords(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${power === 0 ? Math.round(bytes) : (bytes / 1024 ** power).toFixed(1)} ${units[power]}`;
}

/** A share as people write it: 0.02 as "2 %", 0.00001 as "1 in 100,000". */
export function shareWords(rate: number): string {
  if (rate >= 0.001) return `${Number((rate * 100).toPrecision(2))} %`;
  return `1 in ${Math.round(1 / Number(rate.toPrecision(2))).toLocaleString('en')}`;
}
