import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import type { Test } from 'tap';
import { patienceMs } from '../patience.ts';

/** Debian's Chromium; undefined where it is missing. */
export const browserPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) =>
  existsSync(path),
);

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A page of headless Chromium, and what it should not do. */
export interface WatchedPage {
  readonly page: Page;
  /** Requests to anything but `origin`, errors, and breaches of the page's policy. */
  readonly complaints: string[];
  /** What axe finds wrong in the state that the page is in now. */
  readonly audit: () => Promise<string[]>;
}

/** Opens `url` in a profile in the new folder `profile`, which knows no host but this machine. */
export async function openWatched(t: Test, url: string, profile: string): Promise<WatchedPage> {
  const context = await launch(t, profile);
  const page = context.pages()[0] ?? (await context.newPage());
  page.setDefaultTimeout(patienceMs);
  const complaints: string[] = [];
  const { host } = new URL(url);
  page.on('request', (request) => {
    const asked = new URL(request.url());
    if (asked.host !== host && asked.protocol !== 'blob:') complaints.push(`asked ${request.url()}`);
  });
  page.on('pageerror', (error) => complaints.push(`threw ${error.message}`));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`said ${message.text()}`);
  });
  await page.goto(url);
  const audit = async (): Promise<string[]> => {
    // Chromium's debugger puts it in, past the policy of the page.
    await page.evaluate(axeSource);
    const { violations } = await page.evaluate<AxeResults>("axe.run({ resultTypes: ['violations'] })");
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  };
  return { page, complaints, audit };
}

async function launch(t: Test, profile: string): Promise<BrowserContext> {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: browserPath ?? '',
    acceptDownloads: true,
    // What pulses all the time keeps a processor busy where no graphics card draws.
    reducedMotion: 'reduce',
    viewport: { width: 1280, height: 800 },
    args: [
      ...['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-dev-shm-usage'],
      ...[
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  });
  t.teardown(() => context.close());
  return context;
}
