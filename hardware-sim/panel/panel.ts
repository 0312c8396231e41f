import type { RawData, WebSocket } from 'ws';
import type { Clock, Timer } from '../../base/clock.ts';
import { SealcamError } from '../../base/errors.ts';
import { type MediaSample, type StreamParameters, ticksToUs, trackOf } from '../../media/types.ts';
import type { SensorReading } from '../../proto/readings.ts';
import type { Action } from '../actions.ts';
import type { ControlServer } from '../control/control-server.ts';
import { sendBounded } from '../control/control-socket.ts';
import type { SimEvent, SimReport } from '../events.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { type WorldAction, worldActionOf } from '../world-actions.ts';
import type { Company, SurroundingsAction } from './company.ts';
import { faultControls, instrumentControls } from './controls.ts';
import { HandTake, type WrittenByHand } from './hand-take.ts';
import { scenarioNames } from './library.ts';
import { panelLimits } from './limits.ts';
import { mediaMessage } from './media-message.ts';
import type {
  Entry,
  LogLine,
  PanelMessage,
  PanelState,
  ProgramView,
  ReadingView,
  ReportView,
} from './messages.ts';
import { pageFiles } from './page-files.ts';
import { type PanelRequest, parsePageMessage } from './requests.ts';
import { ScenarioDesk } from './scenario-desk.ts';
import { firstState, nextState } from './state.ts';
import { streamView } from './stream-view.ts';

/** Where a page's WebSocket is, after the token. */
const livePath = 'live';

export interface PanelOptions {
  readonly server: ControlServer;
  readonly clock: Clock;
  readonly seed: number;
  readonly parameters: StreamParameters;
  /** Follows an order; what it throws goes to the page that gave it. */
  readonly perform: (action: Action) => void;
  readonly report: () => SimReport;
  /** What runs with the camera; absent where nothing is known of it. */
  readonly company?: Company;
}

interface OpenPage {
  readonly socket: WebSocket;
  /** False from when the page read too slowly until the next key picture. */
  seesVideo: boolean;
}

/** The panel: serves the page, tells each page that is open what happens, and follows its orders. */
export class Panel {
  readonly #options: PanelOptions;
  readonly #beganUs: number;
  readonly #pages = new Set<OpenPage>();
  readonly #entries: Entry[] = [];
  readonly #take: HandTake;
  readonly #desk: ScenarioDesk;
  #state: PanelState = firstState;
  #reading: ReadingView | undefined;
  #reports: Timer | undefined;
  #company: Timer | undefined;

  /** @throws SealcamError `SIM_PAGE` if the page was not built. */
  constructor(options: PanelOptions) {
    this.#options = options;
    const { server, clock, seed, company } = options;
    this.#beganUs = clock.uptimeUs();
    this.#take = new HandTake(clock, seed);
    this.#desk = new ScenarioDesk(clock, {
      perform: (action) => this.#step(action),
      changed: () => this.#tellAll({ kind: 'scenario', scenario: this.#desk.view }),
      failed: (says) => this.#add({ from: 'panel', says }),
    });
    server.serve(pageFiles());
    server.acceptAt(livePath, (socket) => this.#accept(socket));
    company?.hear((from, line) => this.#add({ from, line: bounded(line) }));
  }

  /** Begins `scenario` at its zero, as `--scenario` wants it. */
  follow(scenario: Scenario): void {
    this.#desk.follow(scenario);
  }

  /** Tells the pages of an event of the camera. */
  tell(event: SimEvent): void {
    if (event.event === 'report' || event.event === 'panel' || event.event === 'websocket') return;
    this.#add({ from: 'camera', event });
    this.#desk.happened(event);
  }

  /** Shows a captured sample. */
  captured(sample: MediaSample): void {
    if (this.#pages.size === 0) return;
    const timescale = trackOf(this.#options.parameters, sample.track)?.timescale ?? 1;
    const { track, key, pts, data } = sample;
    const message = mediaMessage({ track, key, timeUs: ticksToUs(pts, timescale), data });
    for (const page of this.#pages) {
      const behind = page.socket.bufferedAmount > panelLimits.mediaWaitingBytesMax;
      if (track === 'video') page.seesVideo = !behind && (page.seesVideo || key);
      if (!behind && (track === 'audio' || page.seesVideo)) sendBounded(page.socket, message);
    }
  }

  /** Shows what the instruments measured. */
  measured({ battery, temperature, position, motion }: SensorReading): void {
    this.#reading = {
      batteryPercent: battery?.percent,
      charging: battery?.charging ?? false,
      celsius: temperature,
      satellites: position?.satellites,
      accuracy: position?.accuracy,
      acceleration: motion === undefined ? undefined : Math.hypot(motion.x, motion.y, motion.z),
    };
    this.#tellAll({ kind: 'reading', reading: this.#reading });
  }

  /** Ends what the panel does by itself; the server closes the connections. */
  close(): void {
    this.#desk.end();
    this.#reports?.cancel();
    this.#company?.cancel();
  }

  get #nowMs(): number {
    return (this.#options.clock.uptimeUs() - this.#beganUs) / 1000;
  }

  #accept(socket: WebSocket): void {
    const page: OpenPage = { socket, seesVideo: false };
    const { parameters, company } = this.#options;
    tellPage(page, {
      kind: 'welcome',
      nowMs: this.#nowMs,
      state: this.#state,
      entries: this.#entries,
      faults: faultControls(),
      instruments: instrumentControls(),
      stream: streamView(parameters),
      library: scenarioNames(),
      company: company !== undefined,
    });
    if (this.#reading !== undefined) tellPage(page, { kind: 'reading', reading: this.#reading });
    tellPage(page, { kind: 'scenario', scenario: this.#desk.view });
    tellPage(page, { kind: 'take', take: this.#take.view });
    this.#pages.add(page);
    socket.on('close', () => this.#pages.delete(page));
    socket.on('error', () => socket.terminate());
    socket.on('message', (data, binary) => this.#message(page, data, binary));
    if (this.#reports === undefined) this.#reportOn();
    if (this.#company === undefined) void this.#askCompany();
  }

  #message(page: OpenPage, data: RawData, binary: boolean): void {
    const refuse = (error: unknown): void => {
      const message = error instanceof Error ? error.message : String(error);
      tellPage(page, { kind: 'refused', message });
    };
    try {
      if (binary) return;
      const message = parsePageMessage(data.toString());
      if ('request' in message) {
        this.#do(message.request).catch(refuse);
        return;
      }
      this.#perform(message.action, 'you');
      this.#record(message.written);
    } catch (error) {
      refuse(error);
    }
  }

  async #do(request: PanelRequest): Promise<void> {
    switch (request.panel) {
      case 'load':
        this.#desk.load(request.name, request.text);
        break;
      case 'open':
        await this.#desk.open(request.name);
        break;
      case 'scenario':
        this.#desk.order(request.do);
        break;
      case 'take':
        if (request.on) this.#take.begin();
        else this.#take.end();
        this.#tellAll({ kind: 'take', take: this.#take.view });
        break;
      case 'playTake':
        this.#desk.load('by-hand.yaml', this.#take.file);
        break;
      case 'program':
        await this.#done({ [request.name]: request.on ? 'start' : 'kill' }, () =>
          this.#run(request.name, request.on),
        );
        break;
      default: {
        const { panel, ...written } = request;
        const action = worldActionOf(written);
        if (action === undefined || action.does === 'agent' || action.does === 'station') return;
        await this.#done(written, () => this.#change(action, 'you'));
      }
    }
  }

  /** Does something, and records it by hand unless it fails. */
  async #done(written: WrittenByHand, work: () => Promise<void>): Promise<void> {
    const takeOut = this.#record(written);
    try {
      await work();
    } catch (error) {
      takeOut();
      this.#tellAll({ kind: 'take', take: this.#take.view });
      throw error;
    }
  }

  /** Adds what a person does to the recording by hand, if there is one. @returns takes it out again. */
  #record(written: WrittenByHand): () => void {
    if (!this.#take.recording) return () => {};
    const takeOut = this.#take.add(written);
    this.#tellAll({ kind: 'take', take: this.#take.view });
    return takeOut;
  }

  #perform(action: Action, from: 'you' | 'scenario'): void {
    this.#add({ from, action });
    this.#options.perform(action);
  }

  /** Does a step of a scenario; says so if the panel cannot do it. */
  #step(action: Action | WorldAction): void {
    const failed = (error: unknown): void =>
      this.#add({ from: 'panel', says: error instanceof Error ? error.message : String(error) });
    switch (action.does) {
      case 'agent':
      case 'station':
        this.#add({ from: 'scenario', action });
        this.#run(action.does, action.process === 'start').catch(failed);
        break;
      case 'network':
      case 'disk':
      case 'agentClock':
        this.#change(action, 'scenario').catch(failed);
        break;
      default:
        this.#perform(action, 'scenario');
    }
  }

  async #run(name: ProgramView['name'], on: boolean): Promise<void> {
    this.#refuseStranger(name);
    await this.#options.company?.run(name, on);
    await this.#tellCompany();
  }

  /** @throws SealcamError `SIM_ACTION` if the program is not the panel's to switch. */
  #refuseStranger(name: ProgramView['name']): void {
    if (this.#options.company?.programs().some((program) => program.name === name)) return;
    throw new SealcamError(
      'SIM_ACTION',
      `The ${name} does not belong to this panel: start "sealcam demo --panel"`,
    );
  }

  /** Changes network, disk or clock of the agent. @throws SealcamError `SIM_ACTION` if the panel cannot. */
  async #change(action: SurroundingsAction, from: 'you' | 'scenario'): Promise<void> {
    const { company } = this.#options;
    const view = company?.surroundings();
    const now = view && { ...view, agentClock: view.clockAheadSeconds }[action.does];
    if (company === undefined || now === undefined) {
      throw new SealcamError(
        'SIM_ACTION',
        `${strangers[action.does]}: start "sealcam demo --panel" or "sealcam scenario run"`,
      );
    }
    this.#add({ from, action });
    await company.change(action);
    await this.#tellCompany();
  }

  #add(what: EntryContent): void {
    const entry = { atMs: this.#nowMs, ...what } as Entry;
    this.#state = nextState(this.#state, entry);
    this.#entries.push(entry);
    if (this.#entries.length > panelLimits.entriesMax) this.#entries.shift();
    this.#tellAll({ kind: 'entry', entry });
  }

  #tellAll(message: PanelMessage): void {
    if (this.#pages.size === 0) return;
    const text = JSON.stringify(message);
    for (const { socket } of this.#pages) sendBounded(socket, text);
  }

  /** Sends the camera's count now and then, as long as a page is open. */
  #reportOn(): void {
    this.#reports = undefined;
    if (this.#pages.size === 0) return;
    this.#tellAll({ kind: 'report', nowMs: this.#nowMs, report: reportView(this.#options.report()) });
    this.#reports = this.#options.clock.setTimer(panelLimits.reportMs, () => this.#reportOn());
  }

  async #askCompany(): Promise<void> {
    const { company, clock } = this.#options;
    this.#company = undefined;
    if (company === undefined || this.#pages.size === 0) return;
    this.#company = clock.setTimer(panelLimits.companyMs, () => void this.#askCompany());
    await this.#tellCompany();
  }

  async #tellCompany(): Promise<void> {
    const { company } = this.#options;
    if (company === undefined) return;
    const agent = await company.status().catch(() => undefined);
    const programs = company.programs();
    for (const { name, running } of programs) {
      if (this.#state.off.includes(name) === running) this.#add({ from: 'program', name, running });
    }
    this.#tellAll({ kind: 'company', company: { agent, programs, ...company.surroundings() } });
  }
}

/** Why the panel cannot change it. */
const strangers: Readonly<Record<SurroundingsAction['does'], string>> = {
  network: 'The network does not belong to this panel',
  disk: "The agent's disk does not belong to this panel, or no disk can be mounted for it (that needs root)",
  agentClock: "The agent's clock does not belong to this panel",
};

type EntryContent = Entry extends infer E ? (E extends Entry ? Omit<E, 'atMs'> : never) : never;

function tellPage({ socket }: OpenPage, message: PanelMessage): void {
  sendBounded(socket, JSON.stringify(message));
}

function reportView(report: SimReport): ReportView {
  const { clockUs, connected, streaming, total, telemetry, keptBytes, link, beeps } = report;
  return { clockUs, connected, streaming, total, telemetry, keptBytes, link, beeps };
}

/** A log line without what is too long for the page. */
function bounded({ event, level, msg, ...fields }: LogLine): LogLine {
  const short = (text: string): string => text.slice(0, panelLimits.fieldCharsMax);
  const others = Object.entries(fields).map(([name, value]) => [
    name,
    typeof value === 'string' ? short(value) : value,
  ]);
  return { ...Object.fromEntries(others), event: short(event), level: short(level), msg: short(msg) };
}
