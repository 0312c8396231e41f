import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parseScenario } from '../../../hardware-sim/scenario/scenario.ts';
import { mayMount } from '../../../scenario/processes/small-disk.ts';
import { fileLimitMs } from '../../support/patience.ts';
import { startProcess } from '../../support/process.ts';
import { browserPath, openWatched } from '../../support/scenario/browser-page.ts';
import { browserMissing } from '../../support/scenario/scenario-browser.ts';

t.setTimeout(fileLimitMs);

const main = join(import.meta.dirname, '../../../program/main.js');

// The whole demo with its panel, in Chromium: real agent, station, pseudo-terminal and pictures.

t.test('a person drives the demo', { skip: browserPath === undefined && browserMissing }, async (t) => {
  const dir = t.testdir({});
  const demo = startProcess(t, process.execPath, [main, 'demo', '--panel', '--out', join(dir, 'demo')]);
  // Killed, it could not end agent and station.
  t.teardown(() => demo.kill('SIGTERM'));
  const [, url = ''] = await demo.line(/(http:\/\/127\.0\.0\.1:\S+)/);
  const { page, complaints, audit } = await openWatched(t, url, join(dir, 'profile'));
  const state = page.getByRole('status');
  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
  const fault = (name: string) => page.getByRole('switch', { name });
  const sees = (text: string | RegExp) => state.getByText(text).first().waitFor();
  // Playwright's waitForFunction would have the page itself evaluate the text again, which its policy forbids.
  const until = async (expression: string) => {
    while (!(await page.evaluate(expression))) await page.evaluate('new Promise(requestAnimationFrame)');
  };

  await sees('Standby');
  await page.getByText('Ready', { exact: true }).first().waitFor();
  // The picture is decoded: its middle is not black.
  await until(`(() => {
    const canvas = document.querySelector('canvas');
    const one = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d');
    one.drawImage(canvas, canvas.width / 2, canvas.height / 2, 1, 1, 0, 0, 1, 1);
    const { data } = one.getImageData(0, 0, 1, 1);
    return data[0] + data[1] + data[2] > 60;
  })()`);
  await until(`Number(document.querySelector('meter').value) > -55`);
  t.same(await audit(), [], 'standby, light');
  // By the keyboard alone.
  await button('Record by hand').click();
  await button('Start').focus();
  await page.keyboard.press('Enter');
  await sees('Recording');
  await page.getByText('Lamp: recording').first().waitFor();
  await page
    .getByText(/Chunk \d+ sealed/)
    .first()
    .waitFor();
  await page
    .getByText(/Receipt for \d+ statements/)
    .first()
    .waitFor();
  await page.emulateMedia({ colorScheme: 'dark' });
  t.same(await audit(), [], 'recording, dark');

  await fault('Lamp broken').press('Space');
  await page.getByText('Lamp off, told recording').first().waitFor();
  await fault('Unplug').click();
  await sees('Unplugged');
  await sees('2 faults on');
  t.same(await audit(), [], 'two faults');
  await button('End all (2)').click();
  await sees('Recording');
  await button('Stop').click();
  await sees('Standby');
  await page.getByText('The station holds all of the recording').first().waitFor();

  await button('Stop recording').click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Save 6 steps' }).click(),
  ]);
  const scenario = parseScenario(readFileSync(await download.path(), 'utf8'), 'by-hand.yaml');
  t.match(
    scenario.steps.map(({ action }) => action),
    [
      { button: 'start' },
      { change: { fault: 'lampBroken' } },
      { change: { fault: 'unplug' } },
      {},
      {},
      { button: 'stop' },
    ],
  );
  await button('Play it').click();
  await button('Run').click();
  await sees('Recording');
  await button('Pause').click();
  await page.getByText('Paused', { exact: true }).first().waitFor();
  await button('Stop').click();
  await sees('Standby');

  // The agent's own clock and disk, by its own account.
  await button('Step the clock').click();
  await page.getByText("The agent's clock: 60 s ahead").waitFor();
  if (mayMount()) {
    await button('full').click();
    await page
      .getByText(/^Disk free/)
      .locator('..')
      .getByText('0 bytes')
      .waitFor();
    await button('has room').click();
  }
  await button('Kill the agent').click();
  await sees('Agent offline');
  await page.setViewportSize({ width: 390, height: 844 });
  t.same(await audit(), [], 'the agent offline, on a phone');
  t.ok(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), 'nothing sticks out');
  t.same(complaints, [], 'no foreign request, no error, no breach of the policy');
  await demo.kill('SIGINT');
  const { code } = await demo.exited;
  t.ok(code !== null && [0, 3, 4].includes(code), demo.output());
});
