import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

/** The folder of the programs in Python. */
export const programs = resolve(import.meta.dirname, '../../../test/independent');

/** A Python that has `cryptography`: the first one on the path may not be Debian's, which has the package. */
export const python = ['python3', '/usr/bin/python3'].find(
  (one) => spawnSync(one, ['-c', 'import cryptography']).status === 0,
);

/** Why a test that needs Python is skipped, or false. */
export const pythonMissing: string | false =
  python === undefined &&
  'Python with the package cryptography is not on this machine: install the Debian package "python3-cryptography"';
