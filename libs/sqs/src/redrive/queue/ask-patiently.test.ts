import { describe, expect, it } from '@jest/globals';
import { suppress, sqsError } from '../../client/fake-client.fixture.js';
import { askPatiently } from './ask-patiently.js';

const unavailable = Object.assign(new Error('no way there'), { code: 'ECONNREFUSED' });
const asking = (patience: number, signal = new AbortController().signal) =>
  askPatiently({ suppress, signal, patience });

describe('askPatiently', () => {
  it('retries while SQS is unavailable', async () => {
    let calls = 0;

    const answer = await asking(10_000)('asking', () => {
      calls += 1;
      return calls < 2 ? Promise.reject(unavailable) : Promise.resolve('answered');
    });

    expect(answer).toBe('answered');
  });

  it('reports that SQS is unavailable once its patience ends', async () => {
    const asked = asking(50)('asking', () => Promise.reject(unavailable));

    await expect(asked).rejects.toMatchObject({ code: 'TL_SQS_UNAVAILABLE', cause: unavailable });
  });

  it('does not wait for ever for an answer', async () => {
    const asked = asking(50)('asking', () => new Promise(() => undefined));

    await expect(asked).rejects.toMatchObject({ code: 'TL_SQS_UNAVAILABLE' });
  });

  it('reports at once what SQS refuses', async () => {
    let calls = 0;

    const asked = asking(10_000)('asking', () => {
      calls += 1;
      return Promise.reject(sqsError('AccessDenied'));
    });

    await expect(asked).rejects.toMatchObject({ code: 'TL_SQS_DENIED' });
    expect(calls).toBe(1);
  });

  it('does not retry once its signal has aborted', async () => {
    let calls = 0;

    const asked = asking(10_000, AbortSignal.abort())('asking', () => {
      calls += 1;
      return Promise.reject(unavailable);
    });

    await expect(asked).rejects.toMatchObject({ code: 'TL_SQS_UNAVAILABLE' });
    expect(calls).toBe(1);
  });
});
