import t from 'tap';
import { systemFiles } from '../../../station/store/files.ts';
import { seeded } from '../../support/seed.ts';
import { temporaryFolder } from '../support/agency.ts';
import { filesContract } from './files-contract.ts';

await filesContract(
  t,
  async (t) => ({ folder: await temporaryFolder(t), start: async () => systemFiles }),
  seeded(t),
);
