import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where a broker listens and keeps its data. */
export interface DataOptions {
  /** Default: a free one. */
  readonly port?: number;
  /** Kept when this process ends. Default: a folder of its own, removed when this process ends. */
  readonly dataDir?: string;
}

/** The folder, there by now, and which folders are to be removed in the end. */
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
