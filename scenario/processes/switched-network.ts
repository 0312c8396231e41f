import type { NetworkState } from '../../hardware-sim/world-actions.ts';
import { perfectLink, TcpProxy } from './tcp-proxy.ts';

/** A crowded radio: one way. */
const slowLink = { ...perfectLink, bytesPerSecond: 64 * 1024, delayMs: 250 };

/** The network between agent and broker, whose state can be set. */
export class SwitchedNetwork {
  readonly #proxy: TcpProxy;
  #state: NetworkState = 'back';

  private constructor(proxy: TcpProxy) {
    this.#proxy = proxy;
  }

  /** @param brokerPort the broker's port of loopback. */
  static async start(brokerPort: number): Promise<SwitchedNetwork> {
    return new SwitchedNetwork(await TcpProxy.start(brokerPort));
  }

  /** Where the agent finds the broker: a port of loopback. */
  get port(): number {
    return this.#proxy.port;
  }

  get state(): NetworkState {
    return this.#state;
  }

  set(state: NetworkState): void {
    const before = this.#state;
    this.#state = state;
    this.#proxy.refuse(state === 'cut');
    this.#proxy.conditions =
      state === 'slow' ? slowLink : state === 'silent' ? { ...perfectLink, blackHole: true } : perfectLink;
    // What was swallowed is missing in the stream of bytes for good: no connection goes on from there.
    if (state === 'cut' || (before === 'silent' && state !== 'silent')) this.#proxy.cut('rst');
  }

  close(): Promise<void> {
    return this.#proxy.close();
  }
}
