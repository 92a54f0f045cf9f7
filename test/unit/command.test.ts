import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Command, type CommandInput, runCommand } from '../../cli/command.ts';

/** Runs a command of every kind of flag, and returns what it was given. */
async function inputOf(words: readonly string[]): Promise<CommandInput> {
  let given: CommandInput | undefined;
  const command: Command = {
    usage: 'try',
    summary: 'Tries flags.',
    flags: {
      data: { short: 'd', value: 'DIR', help: 'one value' },
      quiet: { short: 'q', help: 'no value' },
      attribute: { value: 'KEY=VALUE', multiple: true, help: 'several values' },
    },
    words: 1,
    async run(input) {
      given = input;
      return 0;
    },
  };
  assert.equal(await runCommand('try', command, words), 0);
  assert.ok(given);
  return given;
}

describe('flags of a command', () => {
  it('take a value, or are there or not', async () => {
    const { values, lists, positionals } = await inputOf(['-d', 'here', '--quiet', '-']);
    assert.deepEqual({ ...values }, { data: 'here', quiet: true });
    assert.deepEqual({ ...lists }, {});
    assert.deepEqual(positionals, ['-']);
    assert.equal((await inputOf(['x'])).values['quiet'], undefined);
  });

  it('take several values where they may be given several times', async () => {
    const { lists } = await inputOf(['--attribute', 'a=1', 'x', '--attribute=b=2']);
    assert.deepEqual({ ...lists }, { attribute: ['a=1', 'b=2'] });
  });

  it('refuse a value that they do not take, and one that is missing', async () => {
    await assert.rejects(inputOf(['x', '--quiet=yes']), { code: 'USAGE' });
    await assert.rejects(inputOf(['x', '--data']), { code: 'USAGE' });
  });
});
