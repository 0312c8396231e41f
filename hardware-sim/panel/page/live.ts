import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks';
import { simLimits } from '../../limits.ts';
import { type CodedMedia, readMediaMessage } from '../media-message.ts';
import type { PanelMessage } from '../messages.ts';
import { firstModel, type Model, nextModel } from './model.ts';

const retryMs = 1_000;
const tooLong = 'The file is longer than about 60 KiB: give it by "sealcam sim --scenario FILE" instead';

/** Sends an order to the camera, or a request to the panel. */
export type Say = (order: object) => void;

export interface Live {
  readonly model: Model;
  readonly say: Say;
  readonly dismiss: () => void;
  /** Hands over each sample from now on. @returns a function that ends that. */
  readonly hearMedia: (take: (media: CodedMedia) => void) => () => void;
}

/** The connection to the simulator; it is opened again when it breaks. */
export function useLive(): Live {
  const [model, dispatch] = useReducer(nextModel, firstModel);
  const socket = useRef<WebSocket | undefined>(undefined);
  const listeners = useRef(new Set<(media: CodedMedia) => void>());
  useEffect(() => {
    let stopped = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const open = (): void => {
      const opened = new WebSocket(new URL('live', location.href.replace(/^http/, 'ws')));
      opened.binaryType = 'arraybuffer';
      socket.current = opened;
      opened.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
        if (typeof data === 'string') {
          const message = JSON.parse(data) as PanelMessage;
          dispatch({ kind: 'message', message, nowMs: performance.now() });
          return;
        }
        const media = readMediaMessage(data);
        if (media !== undefined) for (const take of listeners.current) take(media);
      };
      opened.onclose = () => {
        if (stopped) return;
        dispatch({ kind: 'connection', connection: 'ended' });
        timer = setTimeout(open, retryMs);
      };
    };
    open();
    return () => {
      stopped = true;
      clearTimeout(timer);
      socket.current?.close();
    };
  }, []);
  const say = useCallback((order: object) => {
    const text = JSON.stringify(order);
    // The simulator closes the connection of a page that sends more.
    if (new TextEncoder().encode(text).length > simLimits.orderBytesMax) {
      const message: PanelMessage = { kind: 'refused', message: tooLong };
      dispatch({ kind: 'message', message, nowMs: performance.now() });
    } else if (socket.current?.readyState === WebSocket.OPEN) socket.current.send(text);
  }, []);
  const hearMedia = useCallback((take: (media: CodedMedia) => void) => {
    listeners.current.add(take);
    return () => {
      listeners.current.delete(take);
    };
  }, []);
  const dismiss = useCallback(() => dispatch({ kind: 'dismissed' }), []);
  return useMemo(() => ({ model, say, dismiss, hearMedia }), [model, say, dismiss, hearMedia]);
}

/** The panel's time, which passes `everyMs`. */
export function useNow(offsetMs: number, everyMs: number): number {
  const [nowMs, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return nowMs + offsetMs;
}
