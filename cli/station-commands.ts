import type { CommandTable } from './command-line.ts';

/** What a station, an agency and a recipient need. */
export const stationCommands: CommandTable = {
  station: {
    does: 'the receiver, with the embedded broker or another one',
    load: () => import('./commands/station.ts'),
  },
  provision: {
    does: "an agency's root, and everything that it issues",
    load: () => import('./commands/provision.ts'),
  },
  verify: { does: 'checks recordings without any key', load: () => import('./commands/verify.ts') },
  open: { does: 'verifies and decrypts a recording', load: () => import('./commands/open.ts') },
  inspect: { does: 'shows the records of a file in words', load: () => import('./commands/inspect.ts') },
  inventory: {
    does: 'which recordings of each camera should exist, which do, and which are proven deleted',
    load: () => import('./commands/inventory.ts'),
  },
  copy: {
    does: 'copies a store or a vault to another folder or bucket',
    load: () => import('./commands/copy.ts'),
  },
  delete: {
    does: 'erases a recording by a signed order: destroys its key object',
    load: () => import('./commands/delete.ts'),
  },
  command: {
    does: 'orders a camera to start, stop, bookmark ...',
    load: () => import('./commands/command.ts'),
  },
};
