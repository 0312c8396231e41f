import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm, root } from '../house/process.mjs';

// The bill of materials of a package: what npm says of the packages whose code is in it, and Node.js where it is in it too.

const json = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));

/** What npm says of every package of package-lock.json. (Its own --omit=dev leaves out some that are needed to run.) */
async function ofNpm() {
  let text = '';
  const args = ['sbom', '--sbom-format=cyclonedx', '--package-lock-only'];
  const code = await npm(args, { onStdout: (part) => (text += part), onOutput() {} });
  if (code !== 0) throw new Error(`npm sbom ended with ${code}: it needs npm 10 or newer`);
  return JSON.parse(text);
}

/**
 * @param {{ name: string, version: string, folders: string[], node?: string, epoch: number }} what `folders` of the packages in the
 *   clone; `node`: the folder of the Node.js that goes along
 * @returns the bill as text: the same for the same contents.
 */
export async function billOfMaterials({ name, version, folders, node, epoch }) {
  const all = await ofNpm();
  const locked = json('package-lock.json').packages;
  const forTests = folders.filter(
    (folder) => locked[folder]?.dev !== undefined || locked[folder] === undefined,
  );
  if (forTests.length > 0)
    throw new Error(
      `${forTests.join(', ')} would be packaged, and package-lock.json does not name it as needed to run`,
    );
  const refs = folders.map((folder) => {
    const { name, version } = json(join(folder, 'package.json'));
    return `${name}@${version}`;
  });
  const known = new Map(all.components.map((one) => [one['bom-ref'], one]));
  const missing = refs.filter((ref) => !known.has(ref));
  if (missing.length > 0) throw new Error(`npm sbom does not name ${missing.join(', ')}: run "npm ci"`);
  const components = [...new Set(refs)].sort().map((ref) => ({ ...known.get(ref), scope: 'required' }));
  if (node !== undefined) components.push(...ofNode(node));
  const present = new Set(components.map((one) => one['bom-ref']));
  const own = `${name}@${version}`;
  const kept = all.dependencies.filter(({ ref }) => present.has(ref));
  const dependencies = [
    { ref: own, dependsOn: [...present].sort() },
    ...kept.map(({ ref, dependsOn }) => ({
      ref,
      dependsOn: dependsOn.filter((one) => present.has(one)).sort(),
    })),
  ];
  const component = { 'bom-ref': own, type: 'application', name, version, licenses: [licence('Apache-2.0')] };
  const digest = createHash('sha256')
    .update(JSON.stringify([component, components]))
    .digest('hex');
  const metadata = { timestamp: new Date(epoch * 1000).toISOString(), component };
  const bill = {
    ...{ $schema: all.$schema, bomFormat: all.bomFormat, specVersion: all.specVersion },
    ...{ serialNumber: `urn:uuid:${uuidOf(digest)}`, version: 1, metadata, components, dependencies },
  };
  return `${JSON.stringify(bill, null, 1)}\n`;
}

const licence = (id) => ({ license: { id } });

/** Node.js and the parts of it that have security advisories of their own. */
function ofNode(folder) {
  const header = (path) => readFileSync(join(folder, 'include/node', path), 'utf8');
  const number = (text, name) => new RegExp(`^# *define ${name} +"?([^"\\s]+)"?`, 'm').exec(text)?.[1];
  const node = header('node_version.h');
  const version = ['MAJOR', 'MINOR', 'PATCH'].map((part) => number(node, `NODE_${part}_VERSION`)).join('.');
  const engine = header('v8-version.h');
  const v8 = ['MAJOR_VERSION', 'MINOR_VERSION', 'BUILD_NUMBER', 'PATCH_LEVEL']
    .map((part) => number(engine, `V8_${part}`))
    .join('.');
  const openssl = number(
    header('openssl/archs/linux-x86_64/asm/include/openssl/opensslv.h'),
    'OPENSSL_VERSION_STR',
  );
  const parts = [
    ['node', version, 'MIT'],
    ['openssl', openssl, 'Apache-2.0'],
    ['v8', v8, 'BSD-3-Clause'],
    ['zlib', number(header('zlib.h'), 'ZLIB_VERSION'), 'Zlib'],
  ];
  return parts.map(([name, version, id]) => ({
    ...{ 'bom-ref': `${name}@${version}`, type: 'library', name, version, scope: 'required' },
    ...{ purl: `pkg:generic/${name}@${version}`, licenses: [licence(id)] },
  }));
}

/** A UUID (version 8, RFC 9562) that stands for a digest. */
function uuidOf(hex) {
  const [a, b, c, d, e] = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(13, 16),
    hex.slice(17, 20),
    hex.slice(20, 32),
  ];
  return `${a}-${b}-8${c}-8${d}-${e}`;
}
