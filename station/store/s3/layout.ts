import type { ListedObject } from './bucket.ts';
import { type FileTurn, numberOf, type ObjectName, parseObjectName } from './object-names.ts';

/** Consecutive bytes of a file that are in objects of one turn. */
export interface TurnSpan {
  readonly turn: FileTurn;
  readonly from: number;
  readonly to: number;
}

/** What a file consists of. */
export interface Layout {
  /** The turn that began with an empty file: another one is another file. */
  readonly root: FileTurn;
  /** The turn that counts. */
  readonly turn: FileTurn;
  /** Its last object: its data, or its head. */
  readonly tip: ListedObject;
  /** Where the tip is in a listing: the end of its data, 0 for a head. */
  readonly tipEnd: number;
  readonly size: number;
  /** In the order of the file; together `size` bytes. */
  readonly spans: readonly TurnSpan[];
}

/** What a listing says about one turn. */
interface TurnFound {
  head?: { readonly object: ListedObject; readonly name: Exclude<ObjectName, { kind: 'data' }> };
  /** Where its first data begins. */
  start?: number;
  last?: { readonly object: ListedObject; readonly end: number };
}

/**
 * Puts a file together from the listing of its objects, of which it keeps a few for each turn. Only names, sizes and tags are
 * looked at. An object that is missing in the middle leaves a hole, as in a damaged file. If the head of a turn is lost, its
 * data says where it begins, so the heads can be rebuilt.
 */
export class LayoutReader {
  readonly #turns = new Map<FileTurn, TurnFound>();
  #bytes = 0;

  /** @param object of the listing, its key without the folder of the file. */
  take(object: ListedObject): void {
    const name = parseObjectName(object.key);
    // A part of an object is none: only what is as long as its name says counts.
    if (name === undefined || object.bytes !== (name.kind === 'data' ? name.bytes : 0)) return;
    const found = this.#turns.get(name.turn) ?? {};
    this.#turns.set(name.turn, found);
    if (name.kind !== 'data') {
      found.head = { object, name };
      return;
    }
    this.#bytes += object.bytes;
    found.start ??= name.end - name.bytes;
    found.last = { object, end: name.end };
  }

  /** The highest number of a turn; 0 if there is none. */
  get highest(): number {
    return [...this.#turns.keys()].reduce((most, turn) => Math.max(most, numberOf(turn)), 0);
  }

  /** The bytes of its data that were listed: a name alone may claim any size. */
  get bytesListed(): number {
    return this.#bytes;
  }

  /** Whether there is anything of a turn. */
  has(turn: FileTurn): boolean {
    return this.#turns.has(turn);
  }

  /** What would differ if a turn other than those of `except` had been begun or extended. */
  marks(except: ReadonlySet<FileTurn>): string {
    const others = [...this.#turns]
      .filter(([turn]) => !except.has(turn))
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return others
      .map(([turn, { head, last }]) => `${turn} ${head?.object.key} ${last?.object.key}`)
      .join('\n');
  }

  /** The file; undefined if there is none. @param except turns that do not count. */
  layout(except: ReadonlySet<FileTurn> = new Set()): Layout | undefined {
    const turns = [...this.#turns.keys()].filter((turn) => !except.has(turn)).sort();
    const turn = turns.findLast((one) => this.#counts(one, turns));
    const found = turn === undefined ? undefined : this.#turns.get(turn);
    if (turn === undefined || found === undefined || found.head?.name.kind === 'gone') return undefined;
    const tip = found.last?.object ?? found.head?.object;
    if (tip === undefined) return undefined;
    const before = this.#before(turn, turns);
    const size = found.last?.end ?? before?.end ?? 0;
    const spans: TurnSpan[] = [];
    let root = turn;
    let to = size;
    for (let at: { turn: FileTurn; end: number } | undefined = { turn, end: size }; at !== undefined; ) {
      root = at.turn;
      to = Math.min(to, at.end);
      const earlier = this.#before(at.turn, turns);
      const from = Math.min(earlier?.end ?? 0, to);
      if (to > from) spans.unshift({ turn: at.turn, from, to });
      to = from;
      at = earlier === undefined ? undefined : { turn: earlier.from, end: earlier.end };
    }
    return { root, turn, tip, tipEnd: found.last?.end ?? 0, size, spans };
  }

  /**
   * A turn without a head is a replacement that was not finished, unless it goes on from another, or is all there is.
   *
   * A head alone may be of a writer that died, and come when another one has long gone on. That one has taken the same number:
   * of two heads with one number, only that writer puts data below its own who found no other head after its own. Or
   * the file was replaced or moved meanwhile: then what the head goes on from is gone.
   */
  #counts(turn: FileTurn, turns: readonly FileTurn[]): boolean {
    const found = this.#turns.get(turn);
    if (found?.head === undefined) return (found?.start ?? 0) > 0 || turns.indexOf(turn) === 0;
    if (found.last !== undefined) return true;
    const { name } = found.head;
    if (name.kind === 'after' && !this.#turns.has(name.from)) return false;
    return !turns.some(
      (one) =>
        one !== turn &&
        numberOf(one) === numberOf(turn) &&
        this.#turns.get(one)?.last !== undefined &&
        this.#counts(one, turns),
    );
  }

  /** From which turn, and with how many bytes, a turn goes on; undefined if it began with an empty file. */
  #before(
    turn: FileTurn,
    turns: readonly FileTurn[],
  ): { readonly from: FileTurn; readonly end: number } | undefined {
    const { head, start = 0 } = this.#turns.get(turn) ?? {};
    if (head?.name.kind === 'after') return head.name;
    const from = turns[turns.indexOf(turn) - 1];
    return head === undefined && start > 0 && from !== undefined ? { from, end: start } : undefined;
  }
}
