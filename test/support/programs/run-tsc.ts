import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';

const TSC = createRequire(import.meta.url).resolve('typescript/bin/tsc');

/** Runs the compiler over a project (a folder or a tsconfig), and resolves with what it reports: nothing where all is well. */
export function runTsc(project: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, [TSC, '-p', project], (_, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
}
