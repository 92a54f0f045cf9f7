import assert from 'node:assert/strict';
import { it } from 'node:test';

/** Says that something is not tested, and why; with `CI=true` it is a failure. */
export function skip(title: string, reason: string): void {
  process.stderr.write(`NOT TESTED: ${title}: ${reason}. See CONTRIBUTING.md.\n`);
  it(title, { skip: process.env['CI'] === 'true' ? false : reason }, () => assert.fail(reason));
}
