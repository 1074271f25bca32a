import { registerHooks } from 'node:module';

/** Lets Node run this room's sources as they are: TypeScript, whose relative imports end in `.js`. */
registerHooks({
  resolve(specifier, context, next) {
    const isSource = context.parentURL?.endsWith('.ts') && /^\..*\.js$/.test(specifier);
    return next(isSource ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
});
