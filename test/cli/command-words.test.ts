import t from 'tap';
import { describe, parseWords } from '../../cli/command.ts';

const options = { out: { type: 'string' }, host: { type: 'string', multiple: true } } as const;

t.test('a file in the place of a folder is not called one that would be overwritten', async (t) => {
  const error = (syscall: string) => Object.assign(new Error(), { code: 'EEXIST', syscall, path: '/x' });
  t.equal(describe(error('mkdir')), '/x is a file where a folder should be: move it, or give another path');
  t.match(describe(error('open')), /exists already and is not overwritten/);
});

t.test('what a terminal in another encoding gives is refused, as it would be a broken name', async (t) => {
  const label = Buffer.from('Müller', 'latin1').toString('utf8');
  t.throws(() => parseWords('provision', ['--out', label], options), {
    code: 'USAGE',
    message: /"--out" is "M.ller", which is not UTF-8/,
  });
});

t.test('what a shell leaves of ~ is refused, as it would become a folder of that name', async (t) => {
  for (const args of [['--out=~/camera'], ['--out', '~'], ['--host=a', '--host=~/b']]) {
    t.throws(
      () => parseWords('provision', args, options),
      { code: 'USAGE', message: /"--(out|host)" is "~.*": write the path out/ },
      args.join(' '),
    );
  }
  t.match(parseWords('provision', ['--out', 'a~/b', '--host=~about'], options).values, {
    out: 'a~/b',
    host: ['~about'],
  });
});

t.test('a value that begins with a dash is told how to be written, on one line', async (t) => {
  t.throws(() => parseWords('demo', ['--out', '-3'], options), {
    code: 'USAGE',
    message: 'What follows "--out" begins with a dash: if it is its value, write --out=VALUE',
  });
  t.match(parseWords('demo', ['--out=-3'], options).values, { out: '-3' });
  t.throws(() => parseWords('demo', ['--none'], options), {
    message: `Unknown option '--none': see "sealcam demo --help"`,
  });
});
