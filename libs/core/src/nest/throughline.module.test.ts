import { describe, expect, it } from '@jest/globals';
import { Injectable, Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { kafka, memory } from 'throughline/kafka';
import { OPTIONS, type ThroughlineOptions } from './options.js';
import { ThroughlineModule } from './throughline.module.js';

@Injectable()
class Configuration {
  readonly name = 'from-configuration';
}

@Injectable()
class OptionsFactory {
  constructor(private readonly configuration: Configuration) {}

  createThroughlineOptions(): Promise<ThroughlineOptions> {
    return Promise.resolve({
      name: this.configuration.name,
      transports: [kafka({ driver: memory() })],
    });
  }
}

@Module({ providers: [Configuration], exports: [Configuration] })
class ConfigurationModule {}

@Module({
  imports: [ConfigurationModule],
  providers: [OptionsFactory],
  exports: [OptionsFactory],
})
class FactoryModule {}

describe('ThroughlineModule.forRootAsync', () => {
  it.each<[string, DynamicModule]>([
    [
      'useFactory',
      ThroughlineModule.forRootAsync({
        imports: [ConfigurationModule],
        inject: [Configuration],
        useFactory: ({ name }: Configuration) => ({
          name,
          transports: [kafka({ driver: memory() })],
        }),
      }),
    ],
    [
      'useClass',
      ThroughlineModule.forRootAsync({ imports: [ConfigurationModule], useClass: OptionsFactory }),
    ],
    [
      'useExisting',
      ThroughlineModule.forRootAsync({ imports: [FactoryModule], useExisting: OptionsFactory }),
    ],
  ])('takes its options from other providers by %s', async (_, module) => {
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest takes its options as a literal
    const app = await NestFactory.createApplicationContext(module, { logger: false });

    const options: ThroughlineOptions = app.get(OPTIONS);

    expect(options.name).toBe('from-configuration');
    await app.close();
  });
});
