/** One that takes a place, and how it is made to leave. */
export interface Guest {
  /** Whose it is: an address, or the name of a certificate. */
  readonly of: string;
  /** It has shown nothing yet, and is the first to go. */
  readonly idle: () => boolean;
  readonly end: () => void;
}

/** How many places there are. */
export interface CrowdLimits {
  /** For all. */
  readonly allMax: number;
  /** For each address or name. */
  readonly eachMax: number;
}

/**
 * A bounded number of places. A newcomer always gets one: where there are too many of its address, or in all, another has
 * to leave, so that those who only hold places keep nobody out. Who is known leaves last. Pure.
 */
export class Crowd {
  readonly #limits: CrowdLimits;
  readonly #isKnown: (of: string) => boolean;
  /** In the order in which they came, by whose they are. */
  readonly #guests = new Map<string, Set<Guest>>();
  #size = 0;

  constructor(limits: CrowdLimits, isKnown: (of: string) => boolean = () => false) {
    this.#limits = limits;
    this.#isKnown = isKnown;
  }

  get size(): number {
    return this.#size;
  }

  /** Gives a place, and has another leave where there are too many. */
  enter(guest: Guest): void {
    const own = this.#guests.get(guest.of) ?? new Set();
    this.#guests.set(guest.of, own);
    own.add(guest);
    this.#size += 1;
    if (own.size > this.#limits.eachMax) this.#evict(own, guest);
    else if (this.#size > this.#limits.allMax) this.#evict(this.#largest(guest.of), guest);
  }

  /** Gives a place back; does nothing for a guest that has none. */
  leave(guest: Guest): void {
    const own = this.#guests.get(guest.of);
    if (own?.delete(guest) !== true) return;
    this.#size -= 1;
    if (own.size === 0) this.#guests.delete(guest.of);
  }

  /** The largest group, of those that are not known where there are such. */
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
