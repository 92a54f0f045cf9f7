// Every command of docs/jobs.md is run in a copy of the project, and what it prints is compared.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readBlocks, toSteps } from './commands.ts';
import { copyProject, type ProjectCopy } from './project-copy.ts';

const steps = toSteps(readBlocks('docs/jobs.md'));

let copy: ProjectCopy;
before(async () => {
  copy = await copyProject();
});
after(() => copy.remove());

test('docs/jobs.md shows commands', () => assert.ok(steps.length >= 4));

for (const step of steps) {
  test(`docs/jobs.md, the output of: ${step.command}`, () => copy.check(step, assert.equal));
}
