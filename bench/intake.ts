// What the benches of the station share: a recording as a camera sends it, and a station that takes it in.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { statementRecord } from '../evidence/records.ts';
import { makeAgency, type TestAgency } from '../test/station/support/agency.ts';
import { FakeCamera } from '../test/station/support/camera.ts';
import { type Harness, messagesOf } from '../test/station/support/harness.ts';
import { fromSeed } from '../test/support/seed.ts';

/** Media of a chunk: 1 s at 8 Mbit/s. */
const chunkBytes = 1_000_000;
/** The camera's window: how many messages are in flight at a time. */
const windowMessages = 8;

/** Messages of a camera, each with the end of its topic. */
export type Messages = readonly (readonly [string, Uint8Array])[];

/** Runs `bench` with a folder of its own and an agency; both are removed at the end. */
export async function withAgency(
  bench: (folder: string, agency: TestAgency) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sealcam-bench-'));
  const done: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  try {
    await bench(folder, await makeAgency({ teardown: (one) => done.push(one) }));
  } finally {
    for (const one of done.reverse()) await one();
  }
}

/** A recording of that many megabytes as messages, its session first. */
export async function recorded(agency: TestAgency, megabytes: number): Promise<Messages> {
  const camera = new FakeCamera('camera-1', agency.camera('camera-1'), fromSeed(1));
  const recording = await camera.record(1);
  const chunks = Array.from({ length: megabytes }, () => recording.chunk(chunkBytes));
  const session = ['session/record', statementRecord(camera.session.encoded)] as const;
  return [session, ...messagesOf(recording, [...chunks, recording.close()])];
}

/** Has `station` take all messages in, as many at a time as a camera has in flight. */
export async function takeIn(station: Harness, messages: Messages): Promise<void> {
  for (let at = 0; at < messages.length; at += windowMessages) {
    await station.send(...messages.slice(at, at + windowMessages));
  }
  if (!station.last.endsWith('complete')) throw new Error(`the station receipted ${station.last}`);
}
