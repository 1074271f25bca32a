import { describe, expect, it } from '@jest/globals';
import { freePort, freePorts } from './ports.js';

describe('freePorts', () => {
  it('never returns a port twice, whether or not anyone listens on it', async () => {
    const ports: number[] = [];
    for (let count = 0; count < 300; count++) ports.push(await freePort(), ...(await freePorts(2)));

    expect(new Set(ports).size).toBe(ports.length);
  });
});
