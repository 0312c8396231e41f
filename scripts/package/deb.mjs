import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, lutimesSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../house/process.mjs';
import { must, namesIn } from './native.mjs';
import { nodeOldest } from './targets.mjs';

// From a tree of files to a Debian package, of which each byte is determined by the tree, the version and the epoch.

/** The files below `folder`, as paths relative to it, in order. */
export function filesOf(folder, below = '') {
  return namesIn(join(folder, below)).flatMap((name) => {
    const path = join(below, name);
    return lstatSync(join(folder, path)).isDirectory() ? filesOf(folder, path) : [path];
  });
}

/** Modes and times that depend neither on who builds it nor on when. */
function settle(folder, epoch) {
  for (const name of namesIn(folder)) {
    const path = join(folder, name);
    const stat = lstatSync(path);
    if (stat.isDirectory()) settle(path, epoch);
    else if (!stat.isSymbolicLink()) chmodSync(path, stat.mode & 0o100 ? 0o755 : 0o644);
    lutimesSync(path, epoch, epoch);
  }
  chmodSync(folder, 0o755);
  lutimesSync(folder, epoch, epoch);
}

/** What dpkg calls the installed size, in KiB: a whole one for each file and folder. */
function installedKib(tree) {
  const files = filesOf(tree);
  return files.reduce((sum, path) => sum + Math.ceil(lstatSync(join(tree, path)).size / 1024), files.length);
}

function control({ name, version, arch, role, ownNode }, tree) {
  const libraries = 'libc6 (>= 2.36), libgcc-s1, libstdc++6';
  const node = ownNode ? '' : `, nodejs (>= ${nodeOldest})`;
  const lines = [
    ...[`Package: ${name}`, `Version: ${version}`, `Architecture: ${arch}`],
    'Maintainer: Sealcam developers <sealcam@example.invalid>',
    `Installed-Size: ${installedKib(tree)}`,
    `Depends: adduser, ${libraries}${node}`,
    // Also so that the code of neither is on the machine of the other.
    `Conflicts: ${role.other}`,
    ...['Section: net', 'Priority: optional', `Description: ${role.summary}`],
    ...role.description.map((line) => ` ${line}`),
  ];
  return `${lines.join('\n')}\n`;
}

/**
 * Builds a package from `tree`, which gets its folder DEBIAN.
 * @param {{ name: string, version: string, arch: string, role: object, ownNode: boolean }} what
 * @returns the path of the package
 */
export async function buildDeb(what, tree, out, epoch) {
  const { name, version, arch, role } = what;
  const scripts = join(root, 'deploy/debian', name);
  const files = filesOf(tree);
  const text = control(what, tree);
  const sums = files.map((path) => {
    const digest = createHash('md5')
      .update(readFileSync(join(tree, path)))
      .digest('hex');
    return `${digest}  ${path}\n`;
  });
  const debian = join(tree, 'DEBIAN');
  mkdirSync(debian);
  const put = (file, content, mode = 0o644) => writeFileSync(join(debian, file), content, { mode });
  put('control', text);
  put('md5sums', sums.join(''));
  put('conffiles', `/etc/sealcam/${role.config}\n`);
  const unit = readFileSync(join(root, 'deploy/debian/unit.sh'), 'utf8').replaceAll('@UNIT@', role.unit);
  for (const script of ['postinst', 'prerm', 'postrm'])
    put(
      script,
      readFileSync(join(scripts, script), 'utf8').replace('#UNIT#\n', () => unit),
      0o755,
    );
  settle(tree, epoch);
  mkdirSync(out, { recursive: true });
  const path = join(out, `${name}_${version}_${arch}.deb`);
  // One thread, as what xz and zstd write depends on their number.
  const compression = ['-Zzstd', '-z12', '--threads-max=1'];
  await must('dpkg-deb', ['--root-owner-group', ...compression, '--build', tree, path], {
    env: { SOURCE_DATE_EPOCH: String(epoch), TZ: 'UTC' },
  });
  return path;
}
