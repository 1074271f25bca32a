import { afterAll, describe, expect, it } from '@jest/globals';
import { onFauxqs } from './fixtures/on-fauxqs.fixture.js';
import { planFor } from './fixtures/two-queues.fixture.js';

const { open, close } = onFauxqs();
afterAll(close);

describe('a redrive that cannot work', () => {
  it('is refused if the dead letters are in the handler’s own queue', async () => {
    const queues = await open('');

    const refused = queues.connection.redrive(planFor(queues.name, { from: queues.name }));

    await expect(refused).rejects.toMatchObject({ code: 'TL_SQS_REDRIVE_CIRCULAR' });
  });

  it('is refused if a FIFO queue’s dead letters are in a standard queue', async () => {
    const queues = await open('.fifo');
    const standard = await open('');

    const refused = queues.connection.redrive(planFor(queues.name, { from: standard.name }));

    await expect(refused).rejects.toMatchObject({ code: 'TL_SQS_GROUP_MISSING' });
  });

  it('is refused if the dead-letter queue is missing', async () => {
    const queues = await open('');

    const refused = queues.connection.redrive(planFor(queues.name, { from: 'nowhere' }));

    await expect(refused).rejects.toMatchObject({ code: 'TL_SQS_QUEUE_MISSING' });
  });
});
