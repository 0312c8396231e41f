import t from 'tap';
import { ConditionWatch, conditionNames, conditionsOf } from '../../agent/conditions.ts';
import type { AgentFacts } from '../../agent/facts.ts';
import { agentMetrics, statusOf, syncSecondsBounds } from '../../agent/health.ts';
import { conditionLimits } from '../../agent/limits.ts';
import { jsonLog } from '../../base/log.ts';
import { Histogram } from '../../base/monitoring/metrics.ts';
import { words } from '../../cli/commands/status.ts';

const well: AgentFacts = {
  recorder: 'recording',
  recorderFault: false,
  sensorPresent: true,
  sensorEchoes: false,
  sensorOther: false,
  sensorNoVideo: false,
  sensor: { model: 'm', serial: '0001', firmware: '1' },
  keyMemoryLocked: true,
  notDumpable: true,
  storageFull: false,
  storageLow: false,
  storageSecondsLeft: 2_000,
  storageAnswers: true,
  freeBytes: 1e9,
  spool: {
    ...{ recordings: 3, marked: 0, bytes: 60_000_000, oldestUnreceiptedSeconds: 4 },
    ...{ keptAside: 0, statementsLost: 0, losses: 0 },
  },
  chunks: 0,
  gaps: {},
  uplink: {
    ...{ connected: true, connections: 1, messagesSent: 0, bytesSent: 0, messagesResent: 0, bytesResent: 0 },
    ...{ receiptsAccepted: 0, receiptsRepeated: 0, refusedBy: {}, unreadable: 0 },
    ...{ lastReceiptSeconds: 1, disconnectedSeconds: undefined, receiptLateSeconds: undefined },
    ...{ keysMissingSeconds: undefined, bytesPerSecond: 1_000_000, cells: [] },
    trouble: {
      ...{ shortConnections: 0, endsConnections: false, emptyConnections: 0, carriesNothing: false },
      lastSent: undefined,
    },
  },
  restarts: { recent: 0, total: 0 },
  commands: { obeyed: {}, refused: {}, dropped: 0 },
  issued: { taken: {}, refused: {} },
  holders: { needed: 1, able: 1, sealedToTooFew: 0 },
  inForce: {
    policy: 'test',
    policyVersion: 1,
    rosterVersion: 1,
    vaultKeyVersion: 1,
    revocationVersion: undefined,
  },
  linkFaults: {},
  tlsUsable: true,
  certificates: [],
  alarms: { count: 0, newest: undefined, newestSeconds: undefined },
};

const uplink = (more: Partial<AgentFacts['uplink']>): AgentFacts => ({
  ...well,
  uplink: { ...well.uplink, ...more },
});
const trouble = (more: Partial<AgentFacts['uplink']['trouble']>): AgentFacts =>
  uplink({ trouble: { ...well.uplink.trouble, ...more } });

const { notConnectedSeconds, nothingReceiptedSeconds, keyNotHeldSeconds, restartsMax } = conditionLimits;

/** Each name with facts that bring it, and a word that its sentence must have. */
const rows: Readonly<Record<(typeof conditionNames)[number], readonly [AgentFacts, RegExp]>> = {
  'recorder-fault': [{ ...well, recorderFault: true }, /fault/],
  'storage-full': [{ ...well, storageFull: true, storageLow: true }, /is full/],
  'storage-low': [{ ...well, storageLow: true, storageSecondsLeft: 1_799 }, /room for 29 minutes/],
  'storage-silent': [{ ...well, storageAnswers: false }, /does not answer/],
  'sensor-line-echoes': [{ ...well, sensorPresent: false, sensorEchoes: true }, /sends back/],
  'sensor-other': [{ ...well, sensorPresent: false, sensorOther: true }, /different sensor/],
  'sensor-no-video': [{ ...well, sensorNoVideo: true }, /no pictures/],
  'sensor-away': [{ ...well, sensorPresent: false }, /away/],
  'key-memory-unlocked': [{ ...well, keyMemoryLocked: false }, /RLIMIT_MEMLOCK/],
  'process-readable': [{ ...well, notDumpable: false }, /read by others/],
  'chunks-rotted': [{ ...well, spool: { ...well.spool, losses: 2 } }, /^Parts of 2 chunks/],
  'statements-lost': [{ ...well, spool: { ...well.spool, statementsLost: 2 } }, /^2 statements/],
  'tls-unusable': [{ ...well, tlsUsable: false }, /tls\.crt/],
  'not-connected': [uplink({ connected: false, disconnectedSeconds: notConnectedSeconds }), /for 60 s/],
  'nothing-receipted': [uplink({ receiptLateSeconds: nothingReceiptedSeconds }), /receipt for 30 s/],
  'key-not-held': [uplink({ keysMissingSeconds: keyNotHeldSeconds }), /vault/],
  'cells-too-few': [
    { ...well, holders: { ...well.holders, needed: 2, able: 1 } },
    /^2 stations .* vaults of 1 that/,
  ],
  'keys-too-few': [
    { ...well, holders: { ...well.holders, sealedToTooFew: 7 } },
    /sealed to the vaults of fewer .*: 7;/,
  ],
  'broker-ends-connections': [trouble({ endsConnections: true, shortConnections: 7 }), /another client/],
  'broker-carries-nothing': [
    trouble({ carriesNothing: true, emptyConnections: 3, lastSent: { what: 'segments', bytes: 65_579 } }),
    /a segment of 65579 bytes/,
  ],
  'agent-restarts': [{ ...well, restarts: { recent: restartsMax, total: 37 } }, /3 times/],
  certificate: [{ ...well, certificates: ['The TLS certificate expired'] }, /expired/],
};

t.test('each condition has its name, in status, in its words and in metrics; a well camera has none', (t) => {
  t.same(conditionsOf(well), []);
  for (const name of conditionNames) {
    const [facts, says] = rows[name];
    t.match(conditionsOf(facts), [{ name, says }], name);
    t.equal(conditionsOf(facts).length, 1, `${name} alone`);
    t.match(words(statusOf(facts)), new RegExp(`ALARM .*\\[${name}\\]`));
    const metrics = agentMetrics(() => facts, new Histogram(syncSecondsBounds))();
    for (const other of conditionNames) {
      t.match(metrics, `sealcam_condition{name="${other}"} ${other === name ? 1 : 0}\n`);
    }
  }
  t.end();
});

t.test('fewer stations can hold a recording than must: it is alarmed about each time', (t) => {
  const events: string[] = [];
  const watch = new ConditionWatch(jsonLog('agent', (line) => events.push(JSON.parse(line).condition)));
  const few = { ...well, holders: { ...well.holders, needed: 2, able: 1 } };
  for (const facts of [few, few, { ...well, holders: { ...well.holders, needed: 2, able: 2 } }, few])
    watch.look(facts);
  t.same(events, ['cells-too-few', 'cells-too-few']);
  const unknown = { ...well, holders: { ...well.holders, needed: Number.POSITIVE_INFINITY, able: 4 } };
  t.match(conditionsOf(unknown), [{ name: 'cells-too-few', says: /^It is not known how many/ }]);
  t.end();
});

t.test('below its threshold a wait is no condition', (t) => {
  const almost = uplink({
    ...{ disconnectedSeconds: notConnectedSeconds - 1, receiptLateSeconds: nothingReceiptedSeconds - 1 },
    keysMissingSeconds: keyNotHeldSeconds - 1,
  });
  t.same(conditionsOf(almost), []);
  t.end();
});

t.test(
  'a condition of the way to the station is alarmed about when it begins, and again when it comes back',
  (t) => {
    const lines: { level: string; event: string; condition?: string }[] = [];
    const watch = new ConditionWatch(jsonLog('agent', (line) => lines.push(JSON.parse(line))));
    const [late] = rows['nothing-receipted'];
    for (const facts of [well, late, late, well, late]) watch.look(facts);
    t.same(
      lines.map(({ level, event, condition }) => [level, event, condition]),
      [
        ['alarm', 'condition.began', 'nothing-receipted'],
        ['alarm', 'condition.began', 'nothing-receipted'],
      ],
    );
    t.end();
  },
);

t.test('status says what is being sent, how fast, and until when', (t) => {
  t.match(
    words(statusOf(well)),
    /sending +the running recording, and 2 before it, 57\.2 MiB at 976\.6 KiB\/s: about 60 s left/,
  );
  const idle = { ...uplink({ bytesPerSecond: 0 }), recorder: 'standby' as const };
  t.match(words(statusOf(idle)), /sending +3 recordings, .* nothing is taken at present/);
  t.match(words(statusOf({ ...well, spool: { ...well.spool, recordings: 0 } })), /sending +nothing/);
  t.notMatch(words(statusOf(well)), /^cell/m, 'one cell that is not named');
  const two = uplink({
    cells: [
      { station: 'station-1', is: 'away' },
      { station: 'station-2', is: 'spare' },
    ],
  });
  t.match(words(statusOf(two)), /^cell +station-1 is not connected\ncell +station-2 is not used$/m);
  t.end();
});
