import { describe, expect, it } from '@jest/globals';
import { suppress, sqsError } from '../../client/fake-client.fixture.js';
import { askPatiently } from './ask-patiently.js';

const away = Object.assign(new Error('no way there'), { code: 'ECONNREFUSED' });
const asking = (patience: number, signal = new AbortController().signal) =>
  askPatiently({ suppress, signal, patience });

describe('askPatiently', () => {
  it('asks again while SQS is away', async () => {
    let calls = 0;

    const answer = await asking(10_000)('asking', () => {
      calls += 1;
      return calls < 2 ? Promise.reject(away) : Promise.resolve('here');
    });

    expect(answer).toBe('here');
  });

  it('tells that SQS is away once its patience is at an end', async () => {
    const asked = asking(50)('asking', () => Promise.reject(away));

    await expect(asked).rejects.toMatchObject({ code: 'TL_SQS_UNAVAILABLE', cause: away });
  });

  it('does not wait for an answer that never comes', async () => {
    const asked = asking(50)('asking', () => new Promise(() => undefined));

    await expect(asked).rejects.toMatchObject({ code: 'TL_SQS_UNAVAILABLE' });
  });

  it('tells at once what SQS refuses', async () => {
    let calls = 0;

    const asked = asking(10_000)('asking', () => {
      calls += 1;
      return Promise.reject(sqsError('AccessDenied'));
    });

    await expect(asked).rejects.toMatchObject({ code: 'TL_SQS_DENIED' });
    expect(calls).toBe(1);
  });

  it('tries nothing again once it is to stop', async () => {
    let calls = 0;

    const asked = asking(10_000, AbortSignal.abort())('asking', () => {
      calls += 1;
      return Promise.reject(away);
    });

    await expect(asked).rejects.toMatchObject({ code: 'TL_SQS_UNAVAILABLE' });
    expect(calls).toBe(1);
  });
});
