import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const nodeLeast = [20, 19];

/** The tools that the build calls, and the Debian packages that contain them. */
const tools = [
  { name: 'npm', packages: 'npm' },
  { name: 'python3', packages: 'python3' },
  { name: 'make', packages: 'make' },
  { name: 'a C compiler (cc)', command: process.env.CC || 'cc', packages: 'gcc libc6-dev' },
];

/** True if `command` is a program on the path, or a path to one; arguments after its name are ignored. */
export function isProgram(command, path) {
  const [name = ''] = command.trim().split(/\s+/);
  const folders = name.includes('/') ? [''] : path.split(delimiter);
  return folders.some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return statSync(join(folder, name)).isFile();
    } catch {
      return false;
    }
  });
}

/**
 * One sentence that names what this machine lacks and the Debian packages to install, or undefined
 * where nothing is missing.
 */
export function missingTools(version = process.versions.node, path = process.env.PATH ?? '') {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < nodeLeast[0] || (major === nodeLeast[0] && minor < nodeLeast[1])) {
    return `Node.js ${nodeLeast.join('.')} or newer is needed, this is ${version}: install the Debian package nodejs of a release that has it, or a newer Node.js from nodejs.org.`;
  }
  const missing = tools.filter((tool) => !isProgram(tool.command ?? tool.name, path));
  if (missing.length === 0) return undefined;
  const names = missing.map((tool) => tool.name).join(', ');
  const packages = missing.map((tool) => tool.packages).join(' ');
  return `Missing on this machine: ${names}; install with: apt-get install ${packages}`;
}
