/** The file in the store that holds each receipt before it is anywhere else; the dot keeps it apart from the cameras. */
export const receiptsJournalName = '.receipts-journal';

/** Where a recording's files stand: number and id. */
export interface RecordingName {
  readonly number: number;
  /** 32 hexadecimal digits. */
  readonly id: string;
}

const endings = ['seal', 'receipts', 'deletion'] as const;
/** Which of a recording's files: its evidence, its receipts, or the order that erased it. */
export type Ending = (typeof endings)[number];

const pattern = new RegExp(`^([0-9]{10,16})-([0-9a-f]{32})\\.(${endings.join('|')})$`);

/** The name of a recording's files, without a suffix. */
export function fileName({ number, id }: RecordingName): string {
  return `${String(number).padStart(10, '0')}-${id}`;
}

/** The recording that a file in a camera's folder is of, and which one it is; undefined where it is none. */
export function parseFileName(name: string): (RecordingName & { ending: Ending }) | undefined {
  const [, number, id = '', named] = pattern.exec(name) ?? [];
  const ending = endings.find((one) => one === named);
  return ending && { number: Number(number), id, ending };
}
