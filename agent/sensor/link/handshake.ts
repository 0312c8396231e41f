import { equalBytes, toHex } from '../../../base/bytes.ts';
import { sensorBufferBytes } from '../../../proto/link/buffer-size.ts';
import { noSession, sessionTag } from '../../../proto/link/frame.ts';
import { linkLimits } from '../../../proto/link/limits.ts';
import { type LinkMessages, linkVersion } from '../../../proto/link/messages.ts';
import { maySpend, type Spent, spend, unspent } from '../../rate.ts';
import type { LinkPeer } from './events.ts';

type Hello = LinkMessages['hello'];

/**
 * What a hello means: `echo`, it is the agent's own; `version`, its major version is another; `other`, it is not the
 * sensor that the configuration asks for; `stranger`, it answers no hello of this agent's; `early`, sensors begin too
 * often; `known`, it says nothing new; `resumed`, the run of the sensor that was there before is back; `begun`, it is
 * another run.
 */
export type Heard = 'echo' | 'version' | 'other' | 'stranger' | 'early' | 'known' | 'resumed' | 'begun';

/** How often sensors may begin: each costs a gap, and what follows from it. */
const beginRate = { burst: linkLimits.sensorBeginsMax, intervalUs: linkLimits.sensorBeginMs * 1000 };

/**
 * Who is at the other end of the line, as far as hellos tell, and when the agent says its own. It knows an echo of
 * itself: a line whose ends are joined, or a terminal that repeats what it is told.
 */
export class Handshake {
  readonly #nonce: Uint8Array;
  readonly #serial: string | undefined;
  #sensor: { readonly nonce: Uint8Array; readonly tag: Uint8Array; readonly run: string } | undefined;
  #description: LinkPeer | undefined;
  #answered = false;
  #changed = false;
  #begun: Spent = unspent;
  #helloAtUs = Number.NEGATIVE_INFINITY;
  #helloDueUs = 0;
  #askedUs: number | undefined;
  #echoAtUs = Number.NEGATIVE_INFINITY;
  #strangers = 0;
  #otherSensor = false;

  /**
   * @param nonce the name of this run of the agent, 16 bytes.
   * @param serial the only serial number that is accepted; any unless given.
   */
  constructor(nonce: Uint8Array, serial?: string) {
    this.#nonce = nonce;
    this.#serial = serial;
  }

  /** True while the sensor on the present port has answered the hello. */
  get answered(): boolean {
    return this.#answered;
  }

  /** When the hello that is answered was said at the earliest, by the agent's clock; undefined if none was said. */
  get askedUs(): number | undefined {
    return this.#askedUs;
  }

  /** The tag of the present session's frames; zeros where there is none. */
  get tag(): Uint8Array {
    return this.#answered && this.#sensor !== undefined ? this.#sensor.tag : noSession;
  }

  /** Names the sensor's run. */
  get run(): string {
    return this.#sensor?.run ?? '';
  }

  /** True when a sensor was there before. */
  get knowsSensor(): boolean {
    return this.#sensor !== undefined;
  }

  /** The newest sensor that answered, by its own words. */
  get description(): LinkPeer | undefined {
    return this.#description;
  }

  /** True when the sensor that answered last is another one than before it: model, serial or capabilities differ. */
  get changed(): boolean {
    return this.#changed;
  }

  /** True when so many hellos answered none of the agent's that the line counts as silent. */
  get unanswering(): boolean {
    return this.#strangers > linkLimits.strangersMax;
  }

  /** True while another sensor than the one that is asked for is at the line. */
  get otherSensor(): boolean {
    return this.#otherSensor;
  }

  /** True while what the agent sends comes back to it. */
  isEchoing(nowUs: number): boolean {
    return nowUs - this.#echoAtUs < linkLimits.echoForgottenMs * 1000;
  }

  /** Why no sensor answered, as far as what came tells; undefined if nothing came. */
  silence(nowUs: number): string | undefined {
    if (this.isEchoing(nowUs)) return 'the line sends back what the agent writes';
    if (this.#otherSensor) return 'another sensor is there than the one that is configured';
    if (this.#strangers > 0)
      return "the sensor says hello, but does not answer the agent's: check the line towards it";
    return undefined;
  }

  /** Another port, or none: the sensor must say hello again before anything else counts. */
  portChanged(): void {
    this.#unanswered();
    this.#askedUs = undefined;
    this.#helloDueUs = 0;
    this.#helloAtUs = Number.NEGATIVE_INFINITY;
    this.#strangers = 0;
  }

  /** A frame that only an agent sends came in. @returns true when that was not known. */
  heardEcho(nowUs: number): boolean {
    const news = !this.isEchoing(nowUs);
    this.#echoAtUs = nowUs;
    this.#pause(nowUs);
    return news;
  }

  hear(hello: Hello, nowUs: number): Heard {
    if (equalBytes(hello.nonce, this.#nonce)) return 'echo';
    if (hello.major !== linkVersion.major) {
      this.#unanswered();
      return 'version';
    }
    if (this.#serial !== undefined && hello.serial !== this.#serial) {
      this.#unanswered();
      this.#otherSensor = true;
      this.#pause(nowUs);
      return 'other';
    }
    if (!equalBytes(hello.peerNonce, this.#nonce)) {
      // It answers another agent's hello, or none: it doesn't know us (any more).
      this.#unanswered();
      this.#strangers += 1;
      // Two that answer each other's hellos at once would fill the line.
      this.#helloDueUs = Math.min(this.#helloDueUs, this.#helloAtUs + linkLimits.helloSpacingMs * 1000);
      return 'stranger';
    }
    const known = this.#sensor !== undefined && equalBytes(this.#sensor.nonce, hello.nonce);
    if (this.#answered && known) return 'known';
    if (!known && !maySpend(beginRate, this.#begun, nowUs)) {
      this.#unanswered();
      return 'early';
    }
    if (!known) this.#begin(hello, nowUs);
    this.#answer(hello);
    return known ? 'resumed' : 'begun';
  }

  /** Whether the agent is to say hello now, while no one has answered. */
  helloDue(nowUs: number): boolean {
    if (this.#answered || nowUs < this.#helloDueUs) return false;
    this.#helloAtUs = nowUs;
    this.#askedUs ??= nowUs;
    this.#helloDueUs = nowUs + linkLimits.repeatMs * 1000;
    return true;
  }

  /** The agent's hello. @param expected the number that it wants next. */
  hello(expected: number): Hello {
    return {
      ...linkVersion,
      nonce: this.#nonce,
      peerNonce: this.#sensor?.nonce ?? new Uint8Array(0),
      nextSequence: this.#sensor === undefined ? 0 : expected,
      frameBytesMax: linkLimits.bodyBytesMax,
      bufferBytes: 0,
      model: '',
      serial: '',
      firmware: '',
      capabilities: [],
      stream: undefined,
      switches: undefined,
      noVideo: false,
    };
  }

  /** Only an answer to a hello that is said from now on counts. */
  #unanswered(): void {
    if (this.#answered) this.#askedUs = undefined;
    this.#answered = false;
  }

  #begin(hello: Hello, nowUs: number): void {
    this.#begun = spend(beginRate, this.#begun, nowUs);
    const tag = sessionTag(hello.nonce, this.#nonce);
    this.#sensor = { nonce: hello.nonce, tag, run: toHex(hello.nonce) };
  }

  #answer(hello: Hello): void {
    const description = descriptionOf(hello);
    this.#changed =
      this.#description !== undefined && identityOf(this.#description) !== identityOf(description);
    this.#description = description;
    this.#answered = true;
    this.#strangers = 0;
    this.#otherSensor = false;
  }

  /** Nothing that is said now would be understood. */
  #pause(nowUs: number): void {
    this.#helloDueUs = nowUs + linkLimits.helloPauseMs * 1000;
  }
}

function descriptionOf(hello: Hello): LinkPeer {
  const { model, serial, firmware, capabilities, noVideo } = hello;
  return {
    model,
    serial,
    firmware,
    capabilities,
    bufferBytes: sensorBufferBytes(hello),
    ...(noVideo && { noVideo }),
    versionMajor: hello.major,
    versionMinor: hello.minor,
  };
}

/** What makes a sensor this one and no other: new firmware does not. */
function identityOf({ model, serial, capabilities, noVideo }: LinkPeer): string {
  return JSON.stringify([model, serial, [...capabilities].sort(), noVideo === true]);
}
