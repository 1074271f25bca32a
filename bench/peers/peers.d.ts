/**
 * What the bench uses of packages that only `npm run bench` installs. Where they are not installed, the types of everything else
 * can still be checked.
 */
declare module 'sqs-consumer' {
  export interface PollingOptions {
    readonly queueUrl: string;
    readonly sqs: unknown;
    readonly batchSize: number;
    readonly waitTimeSeconds: number;
  }

  export class Consumer {
    static create(
      options: PollingOptions & {
        readonly handleMessage: (message: { readonly Body?: string }) => Promise<unknown>;
      },
    ): Consumer;
    start(): void;
    stop(): void;
    on(event: 'stopped', listener: () => void): this;
  }
}

declare module '@ssut/nestjs-sqs' {
  import type { DynamicModule } from '@nestjs/common';
  import type { PollingOptions } from 'sqs-consumer';

  export const SqsModule: {
    register(options: {
      readonly consumers: readonly (PollingOptions & { readonly name: string })[];
    }): DynamicModule;
  };

  export function SqsMessageHandler(name: string): MethodDecorator;
}
