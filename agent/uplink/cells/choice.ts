/** What is seen of a cell that is used. */
export interface CellView {
  readonly connected: boolean;
  /** How long its station has owed a receipt; undefined if none is late. */
  readonly receiptLateMs: number | undefined;
  /** How many receipts it has signed. */
  readonly receipts: number;
  /** Whether there is a recording that it cannot complete, as its station has no keys of it. */
  readonly keysAbsent: boolean;
}

/** What is remembered of a cell that is used. */
export interface CellStanding {
  /** Whether it counts as one that answers. */
  readonly present: boolean;
  /** Since when it has been otherwise than `present` says; undefined if it is so. */
  readonly otherSinceMs: number | undefined;
  /** How many receipts it had signed when it was last found to sign none; undefined unless it is away for that. */
  readonly deafAt: number | undefined;
  /** A random number in [0, 1), so that cameras do not all leave at the same time. */
  readonly jitter: number;
}

/** The bounds of the choice. */
export interface ChoiceLimits {
  readonly awayMs: number;
  readonly lateMs: number;
  readonly backMs: number;
}

/** A cell of which nothing is known: it is hoped for. */
export function hopedFor(jitter: number): CellStanding {
  return { present: true, otherSinceMs: undefined, deafAt: undefined, jitter };
}

/**
 * Whether a cell answers, and can complete what is there. It is away only after it has not answered for a while, and back
 * only after it has for a while, so that a link that comes and goes moves nothing. One that took messages and signed
 * nothing is back only once it has signed a receipt: between two recordings it owes none.
 */
export function afterLook(
  standing: CellStanding,
  view: CellView,
  nowMs: number,
  limits: ChoiceLimits,
): CellStanding {
  const { present, jitter } = standing;
  const isDeaf = view.connected && (view.receiptLateMs ?? 0) >= limits.lateMs;
  const deafAt = !present && isDeaf ? view.receipts : standing.deafAt;
  const hasSigned = deafAt === undefined || view.receipts > deafAt;
  const answers = view.connected && !isDeaf && !view.keysAbsent && hasSigned;
  if (answers === present) return { ...standing, deafAt, otherSinceMs: undefined };
  const otherSinceMs = standing.otherSinceMs ?? nowMs;
  const waitMs = present ? limits.awayMs * (1 + jitter / 2) : limits.backMs;
  if (nowMs - otherSinceMs < waitMs) return { ...standing, deafAt, otherSinceMs };
  return { present: answers, otherSinceMs: undefined, deafAt: isDeaf ? view.receipts : undefined, jitter };
}

/**
 * Which cells are to be used, in order of preference: as many as are needed of those that answer, and each before them
 * that does not, as it may come back. One that the policy does not allow is used only while too few of the others answer,
 * for then a newer policy may come by it alone.
 * @param standings of the cells; undefined for one that is not used now.
 * @param needed how many stations must hold a recording.
 * @param allowed whether the policy allows each.
 */
export function cellsToUse(
  standings: readonly (CellStanding | undefined)[],
  needed: number,
  allowed: readonly boolean[],
): boolean[] {
  let answering = 0;
  const uses = standings.map((standing, at) => {
    if (allowed[at] !== true || answering >= needed) return false;
    if (standing?.present ?? true) answering += 1;
    return true;
  });
  return uses.map((isUsed, at) => isUsed || (allowed[at] !== true && answering < needed));
}
