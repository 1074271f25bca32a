import { afterAll, describe, expect, it } from '@jest/globals';
import { onFauxqs } from './fixtures/on-fauxqs.fixture.js';
import { planFor } from './fixtures/two-queues.fixture.js';

const { open, close } = onFauxqs();
afterAll(close);

describe('a redrive that cannot work', () => {
  it('is refused where the dead letters lie in the handler’s own queue', async () => {
    const queues = await open('');

    const refused = queues.connection.redrive(planFor(queues.name, { from: queues.name }));

    await expect(refused).rejects.toMatchObject({ code: 'TL_SQS_REDRIVE_CIRCULAR' });
  });

  it('is refused where a FIFO queue’s dead letters lie in a standard queue', async () => {
    const queues = await open('.fifo');
    const standard = await open('');

    const refused = queues.connection.redrive(planFor(queues.name, { from: standard.name }));

    await expect(refused).rejects.toMatchObject({ code: 'TL_SQS_GROUP_MISSING' });
  });

  it('is told that the queue of its dead letters is missing', async () => {
    const queues = await open('');

    const refused = queues.connection.redrive(planFor(queues.name, { from: 'nowhere' }));

    await expect(refused).rejects.toMatchObject({ code: 'TL_SQS_QUEUE_MISSING' });
  });
});
