/** Imported first, it lets a script import our TypeScript. Files are compiled when they are loaded, so no build is needed. */
import { transformFileSync } from '@swc/core';
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url).href;
const ownSource = /^(libs\/[^/]+\/src|src|demo|test|tools)\/.*\.ts$/;
const isOurs = (url) => url.startsWith(root) && ownSource.test(url.slice(root.length));

registerHooks({
  resolve(specifier, context, next) {
    const isRelative = specifier.startsWith('.') && specifier.endsWith('.js');
    if (isRelative && context.parentURL !== undefined && isOurs(context.parentURL)) {
      const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
      if (existsSync(source)) return { url: source.href, shortCircuit: true };
    }
    return next(specifier, {
      ...context,
      conditions: ['@throughline/source', ...context.conditions],
    });
  },
  load(url, context, next) {
    if (!isOurs(url)) return next(url, context);
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
