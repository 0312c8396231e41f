import t from 'tap';
import { shareBytes } from '../../../evidence/limits.ts';
import { isCommittedShare, KeyChain, shareCommitment } from '../../../evidence/open/keys.ts';

// The recording's keys, for the person who opens it.

const core = new Uint8Array(40).fill(3);
const share = new Uint8Array(shareBytes).fill(4);

t.test('a share is the one that was committed to, for its role, of 32 bytes', async (t) => {
  const commitment = shareCommitment(core, 0, share);
  t.ok(isCommittedShare(core, 0, share, commitment));
  t.notOk(isCommittedShare(core, 1, share, commitment), 'another role');
  t.notOk(isCommittedShare(core, 0, share.with(31, 5), commitment), 'another share');
  t.notOk(isCommittedShare(core.with(0, 4), 0, share, commitment), 'another recording');
  for (const length of [0, shareBytes - 1, shareBytes + 1]) {
    const other = new Uint8Array(length);
    t.notOk(isCommittedShare(core, 0, other, shareCommitment(core, 0, other)), `${length} bytes`);
  }
});

t.test('the chain of keys goes forward only', async (t) => {
  const chain = new KeyChain(core, [share]);
  const at = (index: number) => new KeyChain(core, [share]).keysOf(index);
  t.same(chain.keysOf(0), at(0));
  t.same(chain.keysOf(0), at(0), 'the same index again');
  t.same(chain.keysOf(3), at(3), 'some are left out');
  t.notSame(at(3).media, at(4).media);
  t.notSame(at(3).media, at(3).telemetry);
  t.throws(() => chain.keysOf(2), RangeError);
});
