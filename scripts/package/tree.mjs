import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bundleProgram, packagesIn } from '../house/bundle-program.mjs';
import { root } from '../house/process.mjs';
import { compileAddon, compileTokens, copyModule, namesIn, stripped } from './native.mjs';
import { billOfMaterials } from './sbom.mjs';

// The files of a package, as they are on the machine that installs it.

const read = (...path) => readFileSync(join(root, ...path), 'utf8');

function put(path, content, mode = 0o644) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  chmodSync(path, mode);
}

function copy(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}

/**
 * Lays out the files of a package below `tree`.
 * @param what `node`: the folder of the Node.js that goes along, if any; `headers`: those that the addon is compiled with
 */
export async function layOutPackage(what, tree, work) {
  const { name, arch, role, node, headers } = what;
  const home = `/usr/lib/${name}`;
  const inHome = (...path) => join(tree, home, ...path);
  const program = node === undefined ? '/usr/bin/node' : `${home}/bin/node`;

  const metafile = await bundleProgram(root, inHome('dist/program'), role.programs);
  const modules = role.modules.flatMap((module) => copyModule(module, arch, inHome('node_modules')));
  await compileAddon(arch, headers, inHome('native/build/Release/sealcam.node'), work);
  if (role.modules.includes('pkcs11js'))
    await compileTokens(arch, headers, inHome('node_modules/pkcs11js/build/Release/pkcs11.node'), work);
  if (node !== undefined) await stripped(arch, join(node, 'bin/node'), inHome('bin/node'));
  for (const folder of role.files) cpSync(join(root, folder), inHome(folder), { recursive: true });
  const { version, type, license, imports } = JSON.parse(read('package.json'));
  const own = { name, version, type, license, imports: { '#addon': imports['#addon'] } };
  put(inHome('package.json'), `${JSON.stringify(own, null, 2)}\n`);
  put(join(tree, 'usr/bin/sealcam'), `#!/bin/sh\nexec ${program} ${home}/dist/program/main.js "$@"\n`, 0o755);
  layOutSystem(what, tree, `${program} ${home}/dist/program/main.js`);
  const folders = [...new Set([...packagesIn(metafile), ...modules])].sort();
  await layOutDocs(what, tree, folders);
  return { metafile, folders };
}

/** Configuration, unit and udev rule. */
function layOutSystem({ name, role }, tree, command) {
  const scripts = join(root, 'deploy/debian', name);
  copy(join(scripts, role.config), join(tree, 'etc/sealcam', role.config));
  if (existsSync(join(scripts, '60-sealcam.rules')))
    copy(join(scripts, '60-sealcam.rules'), join(tree, 'usr/lib/udev/rules.d/60-sealcam.rules'));
  const example = '/usr/bin/node /opt/sealcam/dist/program/main.js';
  const certificate = role.config === 'agent.yaml' ? 'camera/identity.crt' : 'station/receipt.crt';
  const unit = read('docs/examples', role.unit);
  if (!unit.includes(example)) throw new Error(`docs/examples/${role.unit} does not start "${example}"`);
  put(
    join(tree, 'usr/lib/systemd/system', role.unit),
    unit
      .replace(/^#.*\n/gm, '')
      .trimStart()
      .replace(example, command)
      .replace('[Unit]\n', `[Unit]\nConditionPathExists=/var/lib/sealcam/${certificate}\n`),
  );
}

/** What a person reads: licences, the bill of materials, the examples. */
async function layOutDocs({ name, role, node, version, epoch }, tree, folders) {
  const docs = join(tree, 'usr/share/doc', name);
  put(join(docs, 'sbom.cdx.json'), await billOfMaterials({ name, version, folders, node, epoch }));
  put(join(docs, 'copyright'), copyright(folders, node));
  copy(join(root, 'deploy/debian', name, 'README.Debian'), join(docs, 'README.Debian'));
  copy(join(root, 'CHANGELOG.md'), join(docs, 'CHANGELOG.md'));
  copy(join(root, 'docs/examples', role.config), join(docs, 'examples', role.config));
}

/** The licence of the project, and those of all whose code is in the package. */
function copyright(folders, node) {
  const parts = [`Sealcam is under the Apache License 2.0:\n\n${read('LICENSE')}`];
  for (const folder of folders) {
    const { name, version, license } = JSON.parse(read(folder, 'package.json'));
    const file = namesIn(join(root, folder)).find((one) => /^licen[cs]e/i.test(one));
    const text = file === undefined ? '' : `\n\n${read(folder, file)}`;
    parts.push(`${name} ${version} is under ${license}.${text}`);
  }
  if (node !== undefined) parts.push(`Node.js:\n\n${readFileSync(join(node, 'LICENSE'), 'utf8')}`);
  return `${parts.map((part) => part.trimEnd()).join(`\n\n${'-'.repeat(70)}\n\n`)}\n`;
}
