// The Terraform configuration as it is written, read without Terraform.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '@cdktf/hcl2json';

/** The blocks of one kind, by type and name, such as `blocks('variable').project_id`. */
export type Block = Readonly<Record<string, unknown>>;

/** The files of one folder, read as one, as Terraform does it. An expression is a text within `${` and `}`. */
export interface TerraformFolder {
  readonly folder: string;
  /** Each block of a kind that has one label, such as `variable`, by that; in the order of the alphabet. */
  blocks(kind: 'variable' | 'output' | 'module'): readonly (readonly [name: string, Block])[];
  /** Each resource of a type, by its name. */
  resources(type: string): readonly (readonly [name: string, Block])[];
  /** What each name of the `locals` blocks stands for. */
  readonly locals: Block;
  /** Every text in it, with the kind and the label of the block that it is in. */
  readonly texts: readonly { readonly kind: string; readonly label: string; readonly text: string }[];
}

/** Reads the `.tf` files of a folder, not of those below it. @throws Error that names the place of what can't be read */
export async function readTerraform(folder: string): Promise<TerraformFolder> {
  const names = readdirSync(folder).filter((name) => name.endsWith('.tf'));
  const files = await Promise.all(
    names.map(async (name) => (await parse(name, readFileSync(join(folder, name), 'utf8'))) as Block),
  );
  const kinds = files.flatMap((file) => Object.entries(file));
  const labelled = kinds.flatMap(([kind, content]) =>
    Object.entries(kind === 'locals' ? { '': content } : asBlock(content)).map(
      ([label, inner]) => ({ kind, label, inner }) as const,
    ),
  );
  const sorted = (found: readonly (readonly [string, Block])[]) =>
    found.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    folder,
    blocks: (kind) =>
      sorted(
        labelled
          .filter((each) => each.kind === kind)
          .flatMap(({ label, inner }) => asList(inner).map((block) => [label, block] as const)),
      ),
    resources: (type) =>
      sorted(
        labelled
          .filter((each) => each.kind === 'resource' && each.label === type)
          .flatMap(({ inner }) => Object.entries(asBlock(inner)))
          .flatMap(([name, blocks]) => asList(blocks).map((block) => [name, block] as const)),
      ),
    locals: Object.assign(
      {},
      ...labelled.filter(({ kind }) => kind === 'locals').flatMap(({ inner }) => asList(inner)),
    ),
    texts: labelled.flatMap(({ kind, label, inner }) =>
      toTexts(inner).map((text) => ({ kind, label, text })),
    ),
  };
}

/** What an expression says, without the `${` and `}` around it. */
export function toExpression(value: unknown): string {
  return String(value).replace(/^\$\{([\s\S]*)\}$/, '$1');
}

function toTexts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(toTexts) : [];
}

function asBlock(value: unknown): Block {
  return value as Block; // what the parser makes of blocks with labels
}

function asList(value: unknown): readonly Block[] {
  return value as readonly Block[]; // what the parser makes of a block's content
}
