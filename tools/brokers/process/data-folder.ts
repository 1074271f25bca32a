import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** A broker's port and data folder. */
export interface DataOptions {
  /** Default: a free port. */
  readonly port?: number;
  /** Not removed when this process ends. Default: a temporary folder, which is removed when this process ends. */
  readonly dataDir?: string;
}

/** Creates the folder. Returns it, and the folders to remove at the end. */
export async function dataFolderOf(
  name: string,
  { dataDir }: DataOptions,
): Promise<{ readonly dataDir: string; readonly removed: readonly string[] }> {
  if (dataDir === undefined) {
    const own = await mkdtemp(join(tmpdir(), `throughline-${name}-`));
    return { dataDir: own, removed: [own] };
  }
  await mkdir(dataDir, { recursive: true });
  return { dataDir: resolve(dataDir), removed: [] };
}
