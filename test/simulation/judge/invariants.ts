import { baseName, sealName } from '../../../agent/spool/names.ts';
import { equalBytes } from '../../../base/bytes.ts';
import { fileMagic } from '../../../evidence/records.ts';
import { type EvidenceSource, verifyEvidence } from '../../../evidence/verify/index.ts';
import type { BootJournalReport } from '../../../evidence/verify/report.ts';
import { hostileId } from '../identities.ts';
import { heldBy, keysPath } from '../station/station.ts';
import type { World } from '../world.ts';
import { type Held, type TrueRecording, Violation } from './truth.ts';

/** What {@link Invariants} last found safe, and for which bytes. */
interface Safe {
  readonly held: Held;
  readonly keys: Uint8Array;
}

/** What must hold in a world: in every moment, and in the end. */
export class Invariants {
  readonly #world: World;
  /** What the latest check saw: nothing is judged again while neither the spool nor the station's disk changes. */
  #spool: unknown;
  #diskVersion = -1;
  readonly #safe = new WeakMap<TrueRecording, Safe>();

  constructor(world: World) {
    this.#world = world;
  }

  /** @throws Violation where something happened that never may. */
  check(): void {
    const { camera, station, truth } = this.#world;
    const spool = camera.camera?.spool;
    if (spool === undefined) return;
    const recordings = spool.recordings();
    this.#world.debts.check(spool);
    this.#world.journals.check();
    if (recordings === this.#spool && station.disk.version === this.#diskVersion) return;
    this.#spool = recordings;
    this.#diskVersion = station.disk.version;
    const present = new Map(recordings.map((one) => [one.id, one]));
    for (const recording of truth.recordings.values()) {
      const here = present.get(recording.id);
      const { number } = recording;
      if (here !== undefined) {
        truth.takesNumber(recording);
        recording.opened = true;
        if (here.durable < recording.sealed.length)
          throw new Violation(`sealed chunks of ${number} are lost`);
        if (recording.closed !== undefined && !here.closed)
          throw new Violation(`the closing of ${number} is lost`);
        if (number >= spool.nextRecordingNumber) throw new Violation(`number ${number} comes again`);
      } else if (
        !recording.opened ||
        camera.disk.content(sealName(baseName(number, recording.id), 0)) !== undefined
      ) {
        // Not opened after all, or left where it is, as it could not be read at this start.
      } else if (!this.#isSafe(recording) && !recording.forgiven) {
        throw new Violation(`recording ${number} is gone, and the station has not all of it`);
      } else if (recording.complete.size === 0) {
        throw new Violation(`recording ${number} was deleted without a receipt`);
      }
    }
  }

  /** What the station no longer has, as its disk was put back to a backup, it is not to be blamed for. */
  forgive(): void {
    for (const recording of this.#world.truth.recordings.values()) {
      recording.forgiven ||= recording.complete.size > 0 && !this.#isSafe(recording);
    }
  }

  /** True where all was delivered. */
  drained(): boolean {
    const { camera, station } = this.#world;
    const spool = camera.camera?.spool;
    if (spool === undefined || station.station?.alive !== true) return false;
    return (
      spool.recordings().length === 0 &&
      spool.owed.length === 0 &&
      spool.findings.unreadable.length === 0 &&
      this.#world.journals.drained()
    );
  }

  /** @throws Violation where not all that was sealed came to the station. */
  checkEnd(): void {
    const { camera, station, truth } = this.#world;
    if (!this.drained()) {
      const left = camera.camera?.spool?.recordings().map(({ number, durable, closed, receipted }) => ({
        ...{ number, durable, closed, receipted },
      }));
      const boots = this.#world.journals.left;
      throw new Violation(`not all is receipted in the end: ${JSON.stringify({ left, boots })}`);
    }
    for (const recording of truth.recordings.values()) {
      if (!recording.opened || recording.forgiven) continue;
      if (!this.#isSafe(recording))
        throw new Violation(`recording ${recording.number} is not at the station`);
      const last = [...recording.complete].at(-1) ?? '';
      const chain = truth.chainTo(recording, last).map(([digest]) => digest);
      const lost = recording.sealed.find((digest, index) => chain[index] !== digest);
      if (lost !== undefined) throw new Violation(`a sealed chunk of ${recording.number} never came`);
    }
    this.#world.journals.checkEnd();
    station.checkConflicts();
  }

  /** The verifier's own word on what the station has. @throws Violation */
  async verify(): Promise<void> {
    const { station, identities, truth } = this.#world;
    const paths = station.disk.paths.filter(
      // What a hostile camera leaves there says nothing of the other one.
      (path) => /\.(seal|receipts)$/.test(path) && path.startsWith('/store/') && !path.includes(hostileId),
    );
    const sources = paths.flatMap((name): EvidenceSource[] => {
      const bytes = station.disk.durable(name) ?? new Uint8Array(0);
      const isSealcam = equalBytes(bytes.subarray(0, fileMagic.length), fileMagic);
      // The verifier refuses it, and with it all the others, once another program has written over its beginning.
      if (!isSealcam && station.vanishing.struck.has(name)) return [];
      const readAt = async (offset: number, length: number) => bytes.slice(offset, offset + length);
      return [{ name, readAt, stream: () => whole(bytes) }];
    });
    const { report } = await verifyEvidence(sources, identities.root);
    const forgiven = new Set(
      [...truth.recordings.values()].filter((one) => one.forgiven).map(({ number }) => number),
    );
    const found = report.conflicts.filter((what) => !isAbout(what, forgiven));
    if (station.counts.restores === 0 && found.length > 0)
      throw new Violation(`the verifier finds ${found.join('; ')}`);
    this.#expectJournals(report.bootJournals ?? []);
    for (const { number, verdict, links, conflicts } of report.recordings) {
      if (forgiven.has(number)) continue;
      const bad = links.find((link) => link.verdict !== 'intact');
      const good = verdict === 'complete' || verdict === 'recovered';
      if (!good || bad !== undefined || conflicts.length > 0) {
        throw new Violation(
          `the verifier says of ${number}: ${verdict} ${JSON.stringify({ bad, conflicts })}`,
        );
      }
    }
  }

  #expectJournals(found: readonly BootJournalReport[]): void {
    for (const { id, bootCounter, verdict, entries, conflicts } of found) {
      if (this.#world.journals.isForgiven(id)) continue;
      const bad = entries.find((entry) => entry.verdict !== 'intact');
      if (verdict !== 'conflict' && bad === undefined && conflicts.length === 0) continue;
      const what = JSON.stringify({ bad, conflicts });
      throw new Violation(`the verifier says of the journal of boot ${bootCounter}: ${verdict} ${what}`);
    }
  }

  /** True where the station durably has all of a recording that it has signed to have. */
  #isSafe(recording: TrueRecording): boolean {
    const { station, truth } = this.#world;
    const held = heldBy(this.#world, recording);
    const keys = station.disk.durable(keysPath(recording));
    if (keys === undefined) return false;
    const known = this.#safe.get(recording);
    if (known?.held === held && known.keys === keys) return true;
    const safe = [...recording.complete].some((last) => truth.isWhole(recording, last, held));
    if (safe) this.#safe.set(recording, { held, keys });
    return safe;
  }
}

async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Whether a sentence of the verifier's names one of these recordings. */
function isAbout(what: string, numbers: ReadonlySet<number>): boolean {
  return [...what.matchAll(/recording (\d+)/g)].some(([, number]) => numbers.has(Number(number)));
}
