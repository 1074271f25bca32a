import { Injectable } from '@nestjs/common';
import { AsyncLocalStorage } from 'node:async_hooks';
import {
  Reject,
  type Delivery,
  type MessageMiddleware,
  type NextStep,
  type Outcome,
} from 'throughline';

/** The tenant that the current message belongs to, also behind an `await`. */
@Injectable()
export class CurrentTenant {
  readonly #storage = new AsyncLocalStorage<string>();

  get name(): string | undefined {
    return this.#storage.getStore();
  }

  run<R>(tenant: string, work: () => R): R {
    return this.#storage.run(tenant, work);
  }
}

/** Runs each handler for the tenant in the header `tenant`. A message without one is a dead letter. */
@Injectable()
export class TenantMiddleware implements MessageMiddleware {
  constructor(private readonly tenant: CurrentTenant) {}

  use(delivery: Delivery, next: NextStep): Outcome | Promise<Outcome> {
    const { tenant } = delivery.message.headers;
    if (typeof tenant === 'string') return this.tenant.run(tenant, next);
    // Kafka brings bytes.
    if (tenant instanceof Uint8Array) return this.tenant.run(Buffer.from(tenant).toString(), next);
    throw new Reject('The message has no header "tenant".');
  }
}
