import t from 'tap';
import { Crowd } from '../../../station/fair/crowd.ts';
import { Recurrence } from '../../../station/fair/recurrence.ts';

/** A crowd in which names say who came: `a1` is of address `a`; a capital letter has sent something. */
function crowdOf(limits: { allMax: number; eachMax: number }, known = '') {
  const gone: string[] = [];
  const crowd = new Crowd(limits, (of) => known.includes(of));
  const enter = (name: string): (() => void) => {
    const [letter = ''] = name;
    const guest = {
      of: letter.toLowerCase(),
      idle: () => letter === letter.toLowerCase(),
      end: () => gone.push(name),
    };
    crowd.enter(guest);
    return () => crowd.leave(guest);
  };
  return { crowd, gone, enter };
}

t.test('who comes always gets in, and the oldest idle one of its address leaves for it', (t) => {
  const { crowd, gone, enter } = crowdOf({ allMax: 10, eachMax: 3 });
  for (const name of ['A1', 'a2', 'a3', 'b1']) enter(name);
  enter('a4');
  t.same(gone, ['a2']);
  enter('A5');
  t.same(gone, ['a2', 'a3']);
  enter('A6');
  enter('A7');
  t.same(gone, ['a2', 'a3', 'a4', 'A1'], 'where none is idle, the oldest');
  t.equal(crowd.size, 4);
  t.end();
});

t.test('where all places are taken, the address with the most leaves one; known addresses come last', (t) => {
  const { crowd, gone, enter } = crowdOf({ allMax: 5, eachMax: 3 }, 'k');
  for (const name of ['k1', 'k2', 'k3', 'a1', 'b1']) enter(name);
  enter('c1');
  t.same(gone, ['a1'], 'of an address that is not known, though the known one has more');
  const { enter: again, gone: then } = crowdOf({ allMax: 3, eachMax: 3 }, 'k');
  for (const name of ['k1', 'k2', 'k3']) again(name);
  again('a1');
  t.same(then, ['k1']);
  t.equal(crowd.size, 5);
  t.end();
});

t.test('who leaves twice leaves once', (t) => {
  const { crowd, enter } = crowdOf({ allMax: 5, eachMax: 3 });
  const leave = enter('a1');
  enter('a2');
  leave();
  leave();
  t.equal(crowd.size, 1);
  t.end();
});

t.test('what happens too often is told once in each window', (t) => {
  const often = new Recurrence({ max: 3, windowMs: 1_000, subjectsMax: 2 });
  const told = (atMs: number, subject = 'a') => often.add(subject, atMs * 1_000);
  t.same(
    [0, 10, 20].map((at) => told(at)),
    [undefined, undefined, undefined],
  );
  t.equal(told(30), 4);
  t.equal(told(40), undefined, 'said already');
  t.equal(told(1_031), undefined, 'few in the window now');
  t.same(
    [1_032, 1_033].map((at) => told(at)),
    [undefined, 4],
  );
  t.same(
    [0, 5_000, 10_000, 15_000].map((at) => told(at, 'slow')),
    [undefined, undefined, undefined, undefined],
  );
  for (const other of ['b', 'c']) told(0, other);
  t.same(
    [1_034, 1_035, 1_036].map((at) => told(at)),
    [undefined, undefined, undefined],
    'forgotten for others',
  );
  t.end();
});
