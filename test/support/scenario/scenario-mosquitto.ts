import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isInstalled } from '../process.ts';
import { type Part, type Scenario, station } from '../scenario.ts';

const examples = resolve(import.meta.dirname, '../../../../docs/examples');
// Debian puts it where an ordinary user's path does not lead.
const program = ['mosquitto', '/usr/sbin/mosquitto'].find(isInstalled);

/** Why nothing can be run over Mosquitto here; undefined if it can. */
export const withoutMosquitto =
  program === undefined ? 'Mosquitto is not installed: apt-get install mosquitto' : undefined;

/** Fills in the example that the documentation gives, for the run's port, folder and station. */
export async function configureMosquitto(scenario: Scenario): Promise<void> {
  const places = {
    FOLDER: scenario.folder,
    PORT: String(scenario.port),
    ADDRESS: '127.0.0.1',
    STATION: scenario.at('station'),
    STATION_ID: station,
  };
  for (const name of ['mosquitto.conf', 'mosquitto.acl']) {
    const text = await readFile(resolve(examples, name), 'utf8');
    const filled = text.replace(/@([A-Z_]+)@/g, (_, key: string) => Reflect.get(places, key) ?? '');
    // It starts as the user who runs the test, who owns the keys.
    const user = name.endsWith('.conf') && process.getuid?.() === 0 ? '\nuser root\n' : '';
    await writeFile(scenario.at(name), filled + user, { mode: 0o600 });
  }
}

/** Starts what {@link configureMosquitto} prepared; resolves when it runs. */
export async function startMosquitto(scenario: Scenario): Promise<Part> {
  const args = ['-c', scenario.at('mosquitto.conf'), '-v'];
  const broker = scenario.start('mosquitto', program ?? '', args);
  await broker.line('running', ({ text }) => /mosquitto version .* running/.test(String(text)));
  return broker;
}
