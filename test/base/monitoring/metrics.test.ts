import t from 'tap';
import { byLabel, Histogram, Metrics } from '../../../base/monitoring/metrics.ts';

t.test('metrics are read when they are asked for, and written as Prometheus reads them', (t) => {
  const metrics = new Metrics();
  let chunks = 3;
  metrics.counter('sealcam_chunks_total', 'Chunks sealed.', () => chunks);
  metrics.counter('sealcam_gaps_total', 'Gaps by cause.', () => byLabel('cause', { link: 1, storage: 0 }));
  metrics.gauge('sealcam_free_bytes', 'Not known yet.', () => undefined);
  chunks = 4;
  t.equal(
    metrics.text(),
    [
      '# HELP sealcam_chunks_total Chunks sealed.',
      '# TYPE sealcam_chunks_total counter',
      'sealcam_chunks_total 4',
      '# HELP sealcam_gaps_total Gaps by cause.',
      '# TYPE sealcam_gaps_total counter',
      'sealcam_gaps_total{cause="link"} 1',
      'sealcam_gaps_total{cause="storage"} 0',
      '',
    ].join('\n'),
  );
  t.end();
});

t.test('a label cannot end its line', (t) => {
  const metrics = new Metrics();
  metrics.gauge('a', 'A.', () => [{ value: Number.POSITIVE_INFINITY, labels: { why: 'x"} 1\nb 2\\' } }]);
  t.equal(metrics.text(), '# HELP a A.\n# TYPE a gauge\na{why="x\\"} 1\\nb 2\\\\"} +Inf\n');
  t.end();
});

t.test('two metrics of one name, and names and help that would break the text, are refused', (t) => {
  const metrics = new Metrics();
  metrics.gauge('a', 'A.', () => 1);
  t.throws(() => metrics.gauge('a', 'A.', () => 1), /two metrics/);
  t.throws(() => metrics.gauge('a b', 'A.', () => 1), /is not a metric's name/);
  t.throws(() => metrics.gauge('b', 'A.\nB', () => 1), /one plain line/);
  t.end();
});

t.test('a histogram counts by upper bounds, and says a quantile that is never too low', (t) => {
  const histogram = new Histogram([0.001, 0.01, 0.1]);
  t.equal(histogram.quantile(0.99), undefined);
  for (let n = 0; n < 98; n += 1) histogram.observe(0.001);
  histogram.observe(0.05);
  histogram.observe(7);
  t.same(histogram.cumulative, [98, 98, 99, 100]);
  t.equal(histogram.quantile(0.5), 0.001);
  t.equal(histogram.quantile(0.99), 0.1);
  t.equal(histogram.quantile(1), 7);
  const metrics = new Metrics();
  metrics.histogram('sync_seconds', 'Sync.', histogram);
  t.match(metrics.text(), 'sync_seconds_bucket{le="0.01"} 98\nsync_seconds_bucket{le="0.1"} 99\n');
  t.match(metrics.text(), 'sync_seconds_bucket{le="+Inf"} 100\n');
  t.match(metrics.text(), 'sync_seconds_count 100\n');
  t.end();
});
