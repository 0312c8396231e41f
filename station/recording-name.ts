/** Where a recording's files stand: number and id. */
export interface RecordingName {
  readonly number: number;
  /** 32 hexadecimal digits. */
  readonly id: string;
}

const pattern = /^([0-9]{10,16})-([0-9a-f]{32})\.(seal|receipts)$/;

/** The name of a recording's files, without a suffix. */
export function fileName({ number, id }: RecordingName): string {
  return `${String(number).padStart(10, '0')}-${id}`;
}

/** The recording that a file in a camera's folder is of, and which one it is; undefined where it is none. */
export function parseFileName(name: string): (RecordingName & { ending: 'seal' | 'receipts' }) | undefined {
  const [, number, id = '', ending] = pattern.exec(name) ?? [];
  if (ending !== 'seal' && ending !== 'receipts') return undefined;
  return { number: Number(number), id, ending };
}
