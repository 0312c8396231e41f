import { readFileSync } from 'node:fs';
import t from 'tap';
import { isSealcamError, SealcamError, systemCode } from '../../base/errors.ts';

t.test('carries its code, its sentence and its cause', async (t) => {
  const cause = new Error('below');
  const error = new SealcamError('SPOOL_FULL', 'The spool is full.', { cause });
  t.equal(error.code, 'SPOOL_FULL');
  t.equal(error.message, 'The spool is full.');
  t.equal(error.name, 'SealcamError');
  t.equal(error.cause, cause);
  t.ok(error instanceof Error);
});

t.test('is told from other errors, and by its code', async (t) => {
  const error = new SealcamError('SPOOL_FULL', 'The spool is full.');
  t.equal(isSealcamError(error), true);
  t.equal(isSealcamError(error, 'SERIAL_CRC', 'SPOOL_FULL'), true);
  t.equal(isSealcamError(error, 'SERIAL_CRC'), false);
  t.equal(isSealcamError(Object.assign(new Error('no'), { code: 'SPOOL_FULL' }), 'SPOOL_FULL'), false);
  t.equal(isSealcamError(undefined), false);
});

t.test("gives the operating system's name of an error", async (t) => {
  try {
    readFileSync(`${t.testdir()}/absent`);
    t.fail('there is no such file');
  } catch (error) {
    t.equal(systemCode(error), 'ENOENT');
  }
  t.equal(systemCode(new Error('plain')), undefined);
  t.equal(systemCode(Object.assign(new Error('number'), { code: 5 })), undefined);
  t.equal(systemCode({ code: 'ENOENT' }), undefined);
});
