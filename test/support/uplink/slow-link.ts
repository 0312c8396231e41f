import type { ModelMessage, UplinkModel } from './uplink-model.ts';

/** A link between the machine and its broker, as slow and as broken as a test wants it. */
export interface LinkShape {
  readonly bytesPerSecond: number;
  /** One way. */
  readonly delayMs: number;
  /** Whether the connection is cut, or nothing passes for a while, in the second that begins at `nowMs`. */
  readonly fault: (nowMs: number) => 'none' | 'cut' | { readonly stallMs: number };
}

/** What a run over a link came to. */
export interface LinkRun {
  readonly complete: boolean;
  readonly tookMs: number;
  readonly bytesSent: number;
  /** Of messages that had been sent before. */
  readonly bytesTwice: number;
  readonly cuts: number;
}

const stepMs = 10;

/**
 * Lets the machine send over the link until everything is receipted. What is on its way when the connection is cut is
 * lost, also where the broker had it and the acknowledgement was on its way back: the worst case.
 */
export function runOverLink(model: UplinkModel, shape: LinkShape, msMax: number): LinkRun {
  const seen = new Set<string>();
  const arrivals = new Map<ModelMessage, number>();
  let accounted = 0;
  let freeMs = 0;
  let bytesSent = 0;
  let bytesTwice = 0;
  let cuts = 0;
  const account = (): void => {
    for (const message of model.sent.slice(accounted)) {
      accounted += 1;
      freeMs = Math.max(freeMs, model.nowMs) + (message.bytes / shape.bytesPerSecond) * 1_000;
      arrivals.set(message, freeMs + 2 * shape.delayMs);
      bytesSent += message.bytes;
      const key = JSON.stringify([message.task, message.piece], (name, value) =>
        name === 'from' ? undefined : value,
      );
      if (seen.has(key)) bytesTwice += message.bytes;
      seen.add(key);
    }
  };
  let connectedMs = Number.POSITIVE_INFINITY;
  while (model.nowMs < msMax && model.recordings.some(({ complete }) => !complete)) {
    model.pass(stepMs);
    if (model.link === 'connecting') {
      // TCP, TLS, MQTT and the subscription: six ways.
      connectedMs = Math.min(connectedMs, model.nowMs + 6 * shape.delayMs);
      if (model.nowMs >= connectedMs) model.connected();
    } else connectedMs = Number.POSITIVE_INFINITY;
    const fault = model.nowMs % 1_000 === 0 ? shape.fault(model.nowMs) : 'none';
    if (fault === 'cut' || model.link === 'closing') {
      if (model.link === 'up' || model.link === 'closing') cuts += 1;
      model.cut(0.5);
      arrivals.clear();
      freeMs = model.nowMs;
    } else if (fault !== 'none') {
      freeMs = Math.max(freeMs, model.nowMs) + fault.stallMs;
      for (const [message, atMs] of arrivals) arrivals.set(message, atMs + fault.stallMs);
    }
    for (let first = model.flight[0]; first !== undefined; first = model.flight[0]) {
      if ((arrivals.get(first) ?? Number.POSITIVE_INFINITY) > model.nowMs) break;
      arrivals.delete(first);
      model.ack();
      if ('recording' in first.task) model.receipt(model.recordingOf(first.task));
      while (model.loads.length > 0) model.load();
      account();
    }
    while (model.loads.length > 0) model.load();
    account();
  }
  const complete = model.recordings.every((one) => one.complete);
  return { complete, tookMs: model.nowMs, bytesSent, bytesTwice, cuts };
}
