/** Reads the video device that `workerData` names, and says when it is open. */
import './testing-addon.ts';
import { parentPort, workerData } from 'node:worker_threads';
import { openCapture } from '../../../native/index.ts';

openCapture(
  String(workerData),
  {},
  {
    onOpened: () => parentPort?.postMessage('opened'),
    onPicture: () => {},
    onDamaged: () => {},
    onRefused: () => {},
    onEnd: () => {},
  },
);
