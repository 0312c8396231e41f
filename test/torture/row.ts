/** What a row of the fault table came to. */
export interface Result {
  /** How much was done, in the units of the row's figure. */
  readonly figure: string;
  /** What went otherwise than it must; empty where the row holds. */
  readonly faults: readonly string[];
}

/** What the command line says of how large a run is to be. */
export interface Scale {
  readonly seed: number;
  /** Worlds of the simulation; undefined: as many as the row asks for. */
  readonly seeds: number | undefined;
  /** Part of the row's full figure, from 0 to 1. */
  readonly part: number;
  /** The folder to which a storm that fails copies its files and logs. */
  readonly keep?: string | undefined;
  /** Prints a line of progress. */
  readonly say: (line: string) => void;
}

/** A row of the fault table that can be run at its full figure. */
export interface Row {
  /** Its number in the table, or a name if it covers several. */
  readonly row: number | string;
  readonly what: string;
  /** What must come out. */
  readonly expected: string;
  run(scale: Scale): Promise<Result>;
}

/** `full` made smaller by the scale, but never nothing. */
export function scaled(full: number, { part }: Scale): number {
  return Math.max(1, Math.round(full * part));
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error
    ? (error.stack ?? error.message).split('\n').slice(0, 3).join(' | ')
    : String(error);
}
