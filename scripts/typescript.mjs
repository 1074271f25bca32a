/** Imported first, it lets a script import the libraries' TypeScript: compiled as it is loaded, with no build to be fresh. */
import { transformFileSync } from '@swc/core';
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

const ownSource = /\/libs\/[^/]+\/src\/.*\.ts$/;

registerHooks({
  resolve(specifier, context, next) {
    const isRelative = specifier.startsWith('.') && context.parentURL !== undefined;
    const source = isRelative && new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
    if (source && existsSync(source)) return { url: source.href, shortCircuit: true };
    return next(specifier, {
      ...context,
      conditions: ['@throughline/source', ...context.conditions],
    });
  },
  load(url, context, next) {
    if (!ownSource.test(url)) return next(url, context);
    const { code } = transformFileSync(fileURLToPath(url), {
      jsc: {
        target: 'es2023',
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: true },
      },
      module: { type: 'es6' },
      sourceMaps: 'inline',
    });
    return { format: 'module', source: code, shortCircuit: true };
  },
});
