import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './process.mjs';
import { isProgram } from './tools.mjs';

/** What is fetched for other processors is kept here: it is not part of the project, and `npm ci` removes it. */
export const cache = join(root, 'node_modules/.cache/sealcam');

const suite = 'trixie';
const mirror = process.env.SEALCAM_DEBIAN_MIRROR ?? 'http://deb.debian.org/debian';
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
const fetchMsMax = 120_000;

/** The C library's headers would hide those of the cross compiler, which fit its own library. */
const leftOut = /^(libc6-dev|libc-dev-bin|libcrypt-dev|linux-libc-dev|rpcsvc-proto|gcc-\d+-base)_/;

/**
 * A folder with the files of these packages of Debian 13 and of what they depend on, for another architecture: fetched by apt into
 * a state of its own, which checks Debian's signatures, and only unpacked, so that it needs no root.
 * @param {'arm64' | 'armhf'} architecture
 * @param {readonly string[]} packages
 * @returns {Promise<{ folder: string } | { lacking: string }>} `lacking` says in a sentence why there is none
 */
export async function debianRoot(architecture, packages) {
  const folder = join(cache, `${suite}-${architecture}`);
  if (existsSync(folder)) return { folder };
  for (const name of ['apt-get', 'dpkg-deb'])
    if (!isProgram(name, process.env.PATH ?? ''))
      return { lacking: `packages of Debian 13 are fetched by ${name}, which is not on this machine` };
  if (!existsSync(keyring))
    return { lacking: `${keyring} is not there: apt-get install debian-archive-keyring` };
  const making = `${folder}.${process.pid}`;
  try {
    return await fetchInto(making, architecture, packages, folder);
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
}

async function fetchInto(making, architecture, packages, folder) {
  const apt = join(making, 'apt');
  const made = join(making, 'root');
  for (const name of ['lists/partial', 'archives/partial']) mkdirSync(join(apt, name), { recursive: true });
  for (const name of ['bin', 'lib']) {
    mkdirSync(join(made, 'usr', name), { recursive: true });
    symlinkSync(`usr/${name}`, join(made, name));
  }
  writeFileSync(join(apt, 'status'), '');
  writeFileSync(join(apt, 'sources.list'), `deb [signed-by=${keyring}] ${mirror} ${suite} main\n`);
  const options = [
    ...[`Dir::State=${apt}`, `Dir::State::lists=${apt}/lists`, `Dir::State::status=${apt}/status`],
    ...[`Dir::Cache=${apt}`, `Dir::Etc::sourcelist=${apt}/sources.list`, 'Dir::Etc::sourceparts=/dev/null'],
    ...[`APT::Architecture=${architecture}`, `APT::Architectures=${architecture}`, 'APT::Sandbox::User='],
    ...['APT::Install-Recommends=false', 'Debug::NoLocking=1', 'Acquire::Languages=none'],
  ].flatMap((option) => ['-o', option]);
  for (const args of [['update'], ['install', '--yes', '--download-only', ...packages]]) {
    let output = '';
    const onOutput = (text) => (output += text);
    const code = await run('apt-get', [...options, '-q', ...args], { timeout: fetchMsMax, onOutput });
    const why = output.match(/^[EW]: .*$/m)?.[0] ?? `exit code ${code}`;
    if (code !== 0)
      return { lacking: `Debian 13's packages for ${architecture} could not be fetched: ${why}` };
  }
  for (const file of readdirSync(join(apt, 'archives'))) {
    if (!file.endsWith('.deb') || leftOut.test(file)) continue;
    const code = await run('dpkg-deb', ['--extract', join(apt, 'archives', file), made]);
    if (code !== 0) return { lacking: `${file} could not be unpacked` };
  }
  // Another run may have been faster.
  if (!existsSync(folder)) renameSync(made, folder);
  return { folder };
}
