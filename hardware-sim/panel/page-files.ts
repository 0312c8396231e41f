import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SealcamError, systemCode } from '../../base/errors.ts';
import { packageFolder } from '../../base/program.ts';
import type { FileHandler } from '../control/control-server.ts';

const folder = join(packageFolder, 'dist/hardware-sim/panel/page');

const types: Readonly<Record<string, string>> = {
  'index.html': 'text/html; charset=utf-8',
  'panel.js': 'text/javascript; charset=utf-8',
  'panel.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
};

/** The page loads from its own server alone, runs no text as code, and cannot be framed. */
const headers = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/**
 * Reads the files of the page, and answers requests for them.
 * @throws SealcamError `SIM_PAGE` if the page was not built.
 */
export function pageFiles(): FileHandler {
  const files = new Map(Object.keys(types).map((name) => [name, read(name)]));
  return (path, response) => {
    const name = path === '' ? 'index.html' : path;
    const file = files.get(name);
    if (file === undefined) {
      response.writeHead(404, { ...headers, 'content-type': 'text/plain; charset=utf-8' });
      response.end('There is nothing at this path.\n');
      return;
    }
    response.writeHead(200, { ...headers, 'content-type': types[name] });
    response.end(file);
  };
}

function read(name: string): Buffer {
  try {
    return readFileSync(join(folder, name));
  } catch (cause) {
    throw new SealcamError(
      'SIM_PAGE',
      `The page of the panel is not there (${systemCode(cause) ?? String(cause)} for "${name}"): run "npm run build"`,
      { cause },
    );
  }
}
