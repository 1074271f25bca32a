/**
 * Installs what is missing before an npm script runs, on a fresh clone too. It runs on any Node from 20 on: the Node that
 * the scripts themselves run on (24) is a development dependency and comes first on the PATH when it is installed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';

const bin = resolve('node_modules/.bin');
const marker = resolve('node_modules/.package-lock.json');

const isInstalled = () =>
  existsSync(marker) &&
  statSync(marker).mtimeMs >= statSync(resolve('package-lock.json')).mtimeMs - 1;

/**
 * Installs what the lock file says, with `--no-save`, because a set-up must not change tracked files. Without it, npm rewrites the
 * lock file by its own settings (`omit-lockfile-registry-resolved`) and of the registry at hand.
 */
const install = (path) =>
  spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
    env: { ...process.env, PATH: path },
  }).status;

if (!isInstalled()) {
  console.error('Installing dependencies …');
  const failed = install(process.env.PATH) !== 0;
  // An older npm skips optional packages whose "engines" exclude its own Node, so install again on the installed Node.
  const { engines } = JSON.parse(readFileSync('package.json', 'utf8'));
  const isOld =
    Number(process.versions.node.split('.')[0]) < Number(engines.node.replace(/\D/g, ''));
  if (failed || (isOld && install(bin + delimiter + process.env.PATH) !== 0)) {
    console.error('npm install failed; run it by hand to see why.');
    process.exit(1);
  }
}
