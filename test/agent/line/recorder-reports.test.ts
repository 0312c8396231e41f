import t from 'tap';
import { VideoBitrate } from '../../../agent/line/orders/video-bitrate.ts';
import { type PowerChange, reportPower, reportRefused } from '../../../agent/line/recorder-reports.ts';
import { jsonLog } from '../../../base/log.ts';

t.test('a weak camera is logged, and the bitrate is lowered while it is warm', async (t) => {
  const cases: [PowerChange, string][] = [
    [{ battery: 'low' }, 'alarm battery.low'],
    [{ battery: 'good' }, 'info battery.good'],
    [{ heat: 'warm' }, '4000 warn heat.warm'],
    [{ heat: 'hot' }, '4000 alarm heat.hot'],
    [{ heat: 'cool' }, '8000 info heat.cool'],
  ];
  for (const [change, expected] of cases) {
    const done: string[] = [];
    const log = jsonLog('agent', (line) => {
      const { level, event } = JSON.parse(line);
      done.push(level, event);
    });
    const sensor: ConstructorParameters<typeof VideoBitrate>[0] = {
      setBitrate: (_: string, bits: number) => void done.push(`${bits}`),
    };
    const bitrate = new VideoBitrate(sensor, { usual: 8_000, warm: 4_000 });
    done.length = 0;
    reportPower(change, bitrate, log);
    t.equal(done.join(' '), expected);
    done.length = 0;
    reportPower(change, new VideoBitrate(sensor, undefined), log);
    t.equal(done.join(' '), expected.replace(/^\d+ /, ''), 'without bitrates the sensor keeps its own');
  }
});

t.test('a start that is refused is logged with what to do', async (t) => {
  const cases = [
    ['no-video', 'alarm recording.refused', /connect a sensor/],
    ['policy', 'info trigger.refused', /policy/],
    ['weak', 'warn trigger.refused', /press start/],
  ] as const;
  for (const [why, expected, words] of cases) {
    const log = jsonLog('agent', (line) => {
      const { level, event, msg, message } = JSON.parse(line);
      t.equal(`${level} ${event}`, expected);
      t.match(String(msg ?? message), words);
    });
    reportRefused(why, log);
  }
});
