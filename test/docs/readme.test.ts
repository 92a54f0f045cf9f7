// Every command of the README is run in a copy of the project, and what it prints is compared with what is shown.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readBlocks, toSteps } from './commands.ts';
import { copyProject, type ProjectCopy } from './project-copy.ts';

const steps = toSteps(readBlocks('README.md'));

let copy: ProjectCopy;
before(async () => {
  copy = await copyProject();
});
after(() => copy.remove());

test('the README shows each command once, and the two that a newcomer needs', () => {
  const commands = steps.map(({ command }) => command);
  assert.ok(commands.includes('npm start') && commands.includes('npm test'));
  assert.ok(commands.length >= 7, `found ${commands.length} commands`);
  assert.equal(new Set(commands).size, commands.length);
  assert.equal(steps.filter(({ served }) => served !== undefined).length, 1);
});

for (const step of steps) {
  if (step.command === 'npm test') continue; // it is what runs this
  test(`the README's output of: ${step.command}`, () => copy.check(step, assert.equal));
}
