/** A guest that takes a place, and how to make it leave. */
export interface Guest {
  /** Its owner: an address, or the name of a certificate. */
  readonly of: string;
  /** It has sent nothing yet, and is the first to go. */
  readonly idle: () => boolean;
  readonly end: () => void;
}

/** How many places there are. */
export interface CrowdLimits {
  /** In total. */
  readonly allMax: number;
  /** For each address or name. */
  readonly eachMax: number;
}

/**
 * A limited number of places. A newcomer always gets one: if there are too many of its address, or in total, another
 * guest must leave, so that guests that merely hold places keep no one out. Known guests leave last. Pure.
 */
export class Crowd {
  readonly #limits: CrowdLimits;
  readonly #isKnown: (of: string) => boolean;
  /** In order of arrival, by owner. */
  readonly #guests = new Map<string, Set<Guest>>();
  #size = 0;

  constructor(limits: CrowdLimits, isKnown: (of: string) => boolean = () => false) {
    this.#limits = limits;
    this.#isKnown = isKnown;
  }

  get size(): number {
    return this.#size;
  }

  /** Gives a guest a place, and makes another leave if there are too many. */
  enter(guest: Guest): void {
    const own = this.#guests.get(guest.of) ?? new Set();
    this.#guests.set(guest.of, own);
    own.add(guest);
    this.#size += 1;
    if (own.size > this.#limits.eachMax) this.#evict(own, guest);
    else if (this.#size > this.#limits.allMax) this.#evict(this.#largest(guest.of), guest);
  }

  /** Frees a place; does nothing for a guest that has none. */
  leave(guest: Guest): void {
    const own = this.#guests.get(guest.of);
    if (own?.delete(guest) !== true) return;
    this.#size -= 1;
    if (own.size === 0) this.#guests.delete(guest.of);
  }

  /** The largest group, among the unknown guests if there are any. */
  #largest(newcomer: string): ReadonlySet<Guest> {
    let most: readonly [string, ReadonlySet<Guest>] | undefined;
    for (const [of, guests] of this.#guests) {
      if (of === newcomer && guests.size === 1) continue;
      if (most === undefined || this.#rank(of, guests) > this.#rank(...most)) most = [of, guests];
    }
    return most?.[1] ?? new Set();
  }

  #rank(of: string, { size }: ReadonlySet<Guest>): number {
    return this.#isKnown(of) ? size : size + this.#limits.allMax;
  }

  #evict(guests: ReadonlySet<Guest>, newcomer: Guest): void {
    const others = [...guests].filter((guest) => guest !== newcomer);
    const leaver = others.find((guest) => guest.idle()) ?? others[0];
    if (leaver === undefined) return;
    this.leave(leaver);
    leaver.end();
  }
}
