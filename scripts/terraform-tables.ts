// The tables of terraform/README.md, made of what the configuration says.
import { type Block, type TerraformFolder, toExpression } from './terraform-files.ts';

/** A document with the tables between their markers, `<!-- inputs -->` and `<!-- outputs -->`. @throws Error when one is missing */
export function withTables(document: string, configuration: TerraformFolder): string {
  const variables = configuration.blocks('variable');
  const isRequired = ([, block]: readonly [string, Block]): boolean => !('default' in block);
  const inputs = [...variables.filter(isRequired), ...variables.filter((each) => !isRequired(each))];
  const withInputs = replaceBetween(document, 'inputs', [
    ['variable', 'what it is', 'type', 'default'],
    ...inputs.map(([name, block]) => [
      code(name),
      toCell(String(block['description'])),
      code(toType(block['type'])),
      'default' in block ? code(toDefault(block['default'])) : 'required',
    ]),
  ]);
  return replaceBetween(withInputs, 'outputs', [
    ['output', 'what it is'],
    ...configuration
      .blocks('output')
      .map(([name, block]) => [code(name), toCell(String(block['description']))]),
  ]);
}

function replaceBetween(document: string, name: string, rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const lines = [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`);
  const [before, after] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [start, end] = [document.indexOf(before), document.indexOf(after)];
  if (start === -1 || end < start)
    throw new Error(`there is no ${before} … ${after} to put the table between`);
  return `${document.slice(0, start + before.length)}\n${lines.join('\n')}\n${document.slice(end)}`;
}

/** A type in one line, without comments, its attributes with commas between them. */
function toType(type: unknown): string {
  return toExpression(type)
    .replace(/(?:^|\s)(?:#|\/\/).*$/gm, '')
    .replace(/([({])\s+/g, '$1')
    .replace(/\s+([)}])/g, '$1')
    .replace(/\s*\n\s*/g, ', ')
    .replace(/ +/g, ' ')
    .replace(/,+/g, ',');
}

function toDefault(value: unknown): string {
  return typeof value === 'string' && value.startsWith('${') ? toExpression(value) : JSON.stringify(value);
}

function code(text: string): string {
  return `\`${toLine(text)}\``;
}

function toCell(text: string): string {
  return toLine(text).replace(/<(?=\w)/g, '&lt;');
}

function toLine(text: string): string {
  return text.trim().replace(/\s+/g, ' ').replaceAll('|', '\\|');
}
