import { writeSync } from 'node:fs';
import type { KeyChild, KeyKeeper } from '../../agent/sealer/index.ts';
import { makeKeys } from '../../agent/sealer/keys/make-keys.ts';
import { readSigningKey } from '../../evidence/keys/key-file.ts';
import { createSharePipe, type KeyShares } from '../../native/index.ts';
import type { SimTime } from './sim-time.ts';

/** How long it takes to prepare keys, of the world's time. */
const prepareMs = 50;

/**
 * Does in this process what the agent's key child does in its own: signs with the identity's key, makes shares and hands
 * them to the addon through a pipe. Only for throwaway keys, as copies of the shares stay on the heap.
 */
export class InProcessKeys implements KeyKeeper {
  readonly #time: SimTime;
  readonly #identityPem: Uint8Array;
  /** What the agent holds; the shares of a process end with it. */
  readonly #given = new Set<KeyShares>();

  constructor(time: SimTime, identityPem: Uint8Array) {
    this.#time = time;
    this.#identityPem = identityPem;
  }

  async sign(message: Uint8Array): Promise<Uint8Array> {
    return readSigningKey(Buffer.from(this.#identityPem)).sign(message);
  }

  takeChild(): KeyChild {
    return {
      prepare: (request) =>
        this.#time.lasting(prepareMs, async () => {
          const pipe = createSharePipe();
          let answer: Parameters<Parameters<typeof makeKeys>[1]>[0] | undefined;
          try {
            await makeKeys(request, (made, shares) => {
              answer = made;
              for (const share of shares) writeSync(pipe.writeFd, share);
            });
            const shares = await pipe.readShares(request.roles.length);
            this.#given.add(shares);
            if (answer === undefined) throw new TypeError('keys were made without an answer');
            return { shares, answer };
          } finally {
            pipe.close();
          }
        }),
    };
  }

  close(): void {}

  /** The agent's process is gone. */
  kill(): void {
    for (const shares of this.#given) shares.erase();
    this.#given.clear();
  }
}
