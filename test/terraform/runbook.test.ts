// docs/runbook.md and the alerts are of each other, and its commands and names are real.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readLocal, readModule } from './locals.ts';

const root = join(import.meta.dirname, '../..');
const [head = '', ...sections] = readFileSync(join(root, 'docs/runbook.md'), 'utf8').split('\n## ');
const alerts = (await readLocal('alerts')) as Record<string, { readonly severity: string }>;
const module = readModule();
const lines = readFileSync(join(root, 'docs/logs.md'), 'utf8');
const codes =
  readFileSync(join(root, 'docs/errors.md'), 'utf8') +
  readFileSync(join(root, 'docs/dead-letters.md'), 'utf8');

const titles = sections.map((section) => section.split('\n', 1)[0] ?? '');
const toAnchor = (title: string): string => title.toLowerCase().replaceAll(' ', '-');
const isCode = (_: string, place: number): boolean => place % 2 === 1;
const commands = sections.flatMap((section) => section.split(/```(?:sh)?\n/).filter(isCode)).join('');
const prose = sections
  .map((section) =>
    section
      .split('```')
      .filter((_, place) => place % 2 === 0)
      .join(''),
  )
  .join('\n');

describe('docs/runbook.md', () => {
  it('has a section for each alert, and no other', async () => {
    assert.deepEqual(titles.map(toAnchor).toSorted(), Object.keys(alerts).toSorted());
    assert.deepEqual(await readLocal('alert_names'), Object.keys(alerts).toSorted());
  });

  it('lists each alert with its severity, and links to its section', () => {
    const rows = [...head.matchAll(/^\| \[(.+?)\]\(#(.+?)\) \| (\w+) \|/gm)].map(([, ...row]) => row);
    const severityOf = (title: string): string | undefined => alerts[toAnchor(title)]?.severity;
    assert.deepEqual(
      rows,
      titles.map((title) => [title, toAnchor(title), severityOf(title)]),
    );
  });

  for (const [place, section] of sections.entries()) {
    it(`says of "${titles[place]}" what it means, what to look at, what to do, and when it is over`, () => {
      assert.deepEqual(section.match(/^### .*/gm), [
        '### What it means',
        '### What to look at',
        '### What to do',
        '### When it is over',
      ]);
    });
  }

  it('names events and codes that there are', () => {
    const named = [...new Set((prose + commands).match(/(?<=[`"])[A-Z]+(?:_[A-Z]+)*(?=\\?[`"])/g) ?? [])];
    assert.ok(named.length > 10);
    assert.deepEqual(
      named.filter((name) => !lines.includes(`\`${name}\``) && !codes.includes(`\`${name}\``)),
      [],
    );
  });

  it('asks for fields of lines that docs/logs.md or docs/monitoring.md has', () => {
    const monitoring = readFileSync(join(root, 'docs/monitoring.md'), 'utf8');
    const fields = [...commands.matchAll(/jsonPayload\.([\w.]+)/g)].flatMap(([, path = '']) =>
      path.split('.'),
    );
    assert.ok(fields.length > 10);
    assert.deepEqual(
      fields.filter((field) => !lines.includes(`\`${field}\``) && !monitoring.includes(`\`${field}\``)),
      [],
    );
  });

  it('names settings that there are', () => {
    const settings = [...(head + prose).matchAll(/`(alerts|predict|score|score_batch)\.([a-z_]+)/g)];
    assert.ok(settings.length > 8);
    for (const [, variable = '', attribute = ''] of settings) {
      const [, block = ''] = module.split(`variable "${variable}" {`);
      const [type = ''] = block.split('\n}\n');
      assert.match(type, new RegExp(`^ +${attribute} += optional\\(`, 'm'), `${variable}.${attribute}`);
    }
  });

  it('names charts by their titles', () => {
    const template = readFileSync(join(root, 'terraform/dashboards/scoring.json.tftpl'), 'utf8');
    const charts = [...template.matchAll(/title += "(.+)"/g)].map(([, title = '']) => title);
    // besides: alerts, and what Cloud Run itself writes
    const known = [...charts, ...titles, 'Memory limit exceeded'];
    const quoted = [...prose.replaceAll(/`[^`]*`/g, '').matchAll(/"([^"]+)"/g)].map(([, text = '']) => text);
    assert.ok(quoted.length > 5);
    assert.deepEqual(
      quoted.filter((text) => !known.includes(text)),
      [],
    );
  });

  it('gives commands that the command line has, with their flags', () => {
    const help = spawnSync(process.execPath, ['cli/main.ts', '--help'], { cwd: root, encoding: 'utf8' });
    const usages = help.stdout.split('\n').map((line) => line.trim());
    const given = [...(prose + commands).matchAll(/npx scorestream ([^`\n]+)/g)].map(([, text = '']) => text);
    assert.ok(given.length > 8);
    for (const text of given) {
      const [command = ''] =
        /^[a-z-]+(?: (?:list|show|replay|resume|rollback|publish|check))?/.exec(text) ?? [];
      const usage = usages.find((line) => line.startsWith(`${command} `));
      assert.ok(usage, `there is no command ${command}`);
      for (const flag of text.match(/--[a-z-]+/g) ?? [])
        assert.ok(usage.includes(flag), `${command} has no ${flag}`);
    }
  });
});
