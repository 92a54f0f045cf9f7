/**
 * The module that the functions framework loads. It registers the one function that is asked for and
 * imports nothing of the other: a cold start pays for one door.
 */
const asked = targetOf(process.argv) ?? process.env['FUNCTION_TARGET'];

if (asked === 'predict') await import('./http/index.ts');
else if (asked === 'score') await import('./pubsub/index.ts');
else throw new Error(`The function target is ${JSON.stringify(asked)}: expected predict or score.`);

/** `--target` wins over `FUNCTION_TARGET`, as in the framework itself, which does not set the variable from it. */
function targetOf(argv: readonly string[]): string | undefined {
  const place = argv.findLastIndex((word) => word === '--target' || word.startsWith('--target='));
  if (place === -1) return undefined;
  const word = argv[place] ?? '';
  return word.includes('=') ? word.slice(word.indexOf('=') + 1) : argv[place + 1];
}
