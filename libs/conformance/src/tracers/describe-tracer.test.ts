import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from '@jest/globals';
import type { End, Incoming, Outgoing, Run, Sending, Work } from 'throughline/tracing';
import type { TestFramework } from '../framework.js';
import { describeTracer } from './describe-tracer.js';
import { SampleTracer, type Conclusion, type Current } from './sample-tracer.fixture.js';

const NOWHERE: Current = { ids: { traceId: '', spanId: '' }, flags: 1, tracestate: undefined };

/** The titles of the suite's cases that fail for a tracer of this class, among those that match. */
async function failuresOf(Kind: new () => SampleTracer, titles = /./): Promise<readonly string[]> {
  const bodies = new Map<string, () => Promise<void>>();
  const framework: TestFramework = {
    describe: (_, body) => {
      body();
    },
    it: (title, body) => void bodies.set(title, body),
    beforeAll: () => undefined,
    afterAll: () => undefined,
  };
  const open = () => {
    const tracer = new Kind();
    const spans = (): Promise<SampleTracer['spans']> => Promise.resolve(tracer.spans);
    return Promise.resolve({ tracer, spans, close: () => Promise.resolve() });
  };
  describeTracer('sample', { records: true, open }, framework);
  const failures: string[] = [];
  for (const [title, body] of bodies) {
    if (!titles.test(title)) continue;
    await body().catch(() => failures.push(title));
  }
  return failures;
}

class ForgetsContexts extends SampleTracer {
  override process(message: Incoming, run: Run): Work {
    const { traceparent: _traceparent, ...bare } = message;
    return super.process(bare, run);
  }
}

class IsChildOfCurrent extends SampleTracer {
  override process(message: Incoming, run: Run): Work {
    const { traceparent } = this.send({ system: 'sqs', destination: 'q' });
    return super.process(traceparent === undefined ? message : { ...message, traceparent }, run);
  }
}

class LinksNothing extends SampleTracer {
  override process(message: Incoming, run: Run): Work {
    return super.process(message, { ...run, batch: undefined, earlier: undefined });
  }
}

class ContinuesWhatIsToBeLinked extends SampleTracer {
  override process(message: Incoming, run: Run): Work {
    return super.process(message, { ...run, trace: 'continue' });
  }
}

class LinksBatchesToNothing extends SampleTracer {
  override processBatch(_messages: readonly Incoming[], run: Run): Work {
    return super.processBatch([], run);
  }
}

class WritesWhatIsNotReported extends SampleTracer {
  override send(to: Outgoing): Sending {
    const { traceparent, ...rest } = super.send(to);
    return { ...rest, traceparent: traceparent?.replace(/-f/, '-e') };
  }
}

class SamplesEverything extends SampleTracer {
  override process(message: Incoming, run: Run): Work {
    return super.process(
      { ...message, traceparent: message.traceparent?.replace(/0.$/, '01') },
      run,
    );
  }
}

class NeverSuppresses extends SampleTracer {
  override suppress<R>(clientCall: () => R): R {
    return clientCall();
  }
}

/** Keeps what is current only during the synchronous call. */
class ShortStore extends AsyncLocalStorage<Current> {
  #now: Current | undefined;
  override run<R, Given extends unknown[]>(
    now: Current | undefined,
    work: (...given: Given) => R,
    ...given: Given
  ): R {
    const before = this.#now;
    this.#now = now;
    try {
      return work(...given);
    } finally {
      this.#now = before;
    }
  }
  override exit<R, Given extends unknown[]>(work: (...given: Given) => R, ...given: Given): R {
    return this.run(undefined, work, ...given);
  }
  override getStore(): Current | undefined {
    return this.#now;
  }
}

class ForgetsBehindAnAwait extends SampleTracer {
  protected override readonly store = new ShortStore();
}

class Leaks extends SampleTracer {
  protected override open(...given: Parameters<SampleTracer['open']>): Work {
    const work = super.open(...given);
    const leak = (): void => {
      this.store.enterWith(work.run(() => this.store.getStore()) ?? NOWHERE);
    };
    return {
      ...work,
      run: (task) => {
        leak();
        return work.run(task);
      },
    };
  }
}

class NeverFails extends SampleTracer {
  protected override concluded(...given: Parameters<SampleTracer['concluded']>): Conclusion {
    return { ...super.concluded(...given), failed: false };
  }
}

class DropsLabels extends SampleTracer {
  protected override concluded(...given: Parameters<SampleTracer['concluded']>): Conclusion {
    return { ...super.concluded(...given), labels: {} };
  }
}

class EndsTwice extends SampleTracer {
  protected override open(...given: Parameters<SampleTracer['open']>): Work {
    const first = super.open(...given);
    const second = super.open(...given);
    let work = second;
    const end = (how: End): void => {
      work = work === second ? first : second;
      work.end(how);
    };
    return { ...first, end };
  }
}

class ThrowsOverErrors extends SampleTracer {
  protected override concluded(...given: Parameters<SampleTracer['concluded']>): Conclusion {
    const [, { error }] = given;
    return { ...super.concluded(...given), labels: { error: String(error) } };
  }
}

class LosesSpans extends SampleTracer {
  override flush(): Promise<{ readonly lost: number }> {
    return Promise.resolve({ lost: 1 });
  }
}

describe('describeTracer', () => {
  it('passes for a correct tracer', async () => {
    expect(await failuresOf(SampleTracer)).toEqual([]);
  });

  it.each(
    (
      [
        [ForgetsContexts, /the context in the message is the parent/],
        [IsChildOfCurrent, /what is current where it is opened is not its parent/],
        [LinksNothing, /a later run is linked to the one before/],
        [LinksNothing, /a batch of 100 messages from 5 traces/],
        [ContinuesWhatIsToBeLinked, /with `link` it begins a trace/],
        [LinksBatchesToNothing, /a batch of 100 messages from 100 traces/],
        [WritesWhatIsNotReported, /what was written was reported/],
        [SamplesEverything, /what is not sampled stays so/],
        [NeverSuppresses, /in a suppressed call nothing is current/],
        [ForgetsBehindAnAwait, /1000 handlers at a time/],
        [Leaks, /nothing is current for whoever opens/],
        [Leaks, /1000 handlers at a time/],
        [NeverFails, /says how it ended/],
        [DropsLabels, /says how it ended/],
        [EndsTwice, /a second end changes nothing/],
        [ThrowsOverErrors, /no error and no label throws/],
        [LosesSpans, /knows of nothing lost/],
      ] as const
    ).map(([Kind, title]) => [Kind.name, title, Kind] as const),
  )('fails for %s: %s', async (_, title, Kind) => {
    expect(await failuresOf(Kind, title)).toHaveLength(1);
  });
});
