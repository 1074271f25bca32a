import { describe, expect, it } from '@jest/globals';
import { importClient, loadClient } from './load.js';

describe('@platformatic/kafka', () => {
  it('is loaded from Node 22.22 on', async () => {
    const { Connection } = await importClient('22.22.0', () => loadClient());
    expect(Connection).toBeDefined();
    await expect(importClient('24.1.0', () => loadClient())).resolves.toBeDefined();
  });

  it.each(['22.21.1', '22.9.0', '20.30.0'])('is refused on Node %s', async (node) => {
    await expect(importClient(node, () => loadClient())).rejects.toMatchObject({
      code: 'TL_KAFKA_CLIENT_UNSUPPORTED',
      message: `The platformatic driver needs Node 22.22 or later, and this is Node ${node}. Upgrade Node, or use the kafkajs driver.`,
    });
  });

  it('is named if it is not installed', async () => {
    const missing = (): Promise<never> => Promise.reject(new Error('Cannot find package'));
    await expect(importClient('24.0.0', missing)).rejects.toMatchObject({
      code: 'TL_KAFKA_CLIENT_MISSING',
      message: expect.stringContaining('npm install @platformatic/kafka') as unknown,
    });
  });
});
