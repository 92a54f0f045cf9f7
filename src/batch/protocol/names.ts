/** Nodes that one node of a tree stands for, and objects that one compose joins. */
export const FAN = 32;

/** The folder below an output folder that holds the parts of jobs under way. */
export const PARTS_FOLDER = '_parts';

/** Which of the two outputs a tree of composes makes. */
export type Tree = 'p' | 'e';

/** The folder of a job's working objects (R). */
export function toRoot(outputUri: string, job: string): string {
  return `${outputUri}/${PARTS_FOLDER}/${job}`;
}

/** The name of a job's plan. */
export function toPlanUri(root: string): string {
  return `${root}/plan.json`;
}

/** The names of a job's results, in its output folder (F). */
export interface ResultNames {
  readonly predictions: string;
  readonly errors: string;
  readonly job: string;
}

/** Names the results in an output folder. */
export function toResultNames(output: string): ResultNames {
  return {
    predictions: `${output}/predictions.csv`,
    errors: `${output}/errors.csv`,
    job: `${output}/job.json`,
  };
}

/**
 * The names below one plan's folder (W). Each is written once: what has one of these names has the content
 * that its first writer gave it.
 */
export interface WorkNames {
  /** Where the data of parts are: `<o>-<uuid>.pred` and `.err`. */
  readonly data: string;
  /** Where the records of parts are. */
  readonly records: string;
  /** The record of the part whose first record begins at a byte of the input. */
  record(offset: number): string;
  /** Where all markers are. */
  readonly markers: string;
  /** Where the markers of a level are. */
  level(level: number): string;
  /** Where the markers of a group of 32 are. */
  group(level: number, group: number): string;
  /** The marker of shard `index` (level 0), or of a full group of a level below. */
  marker(level: number, index: number): string;
  /** There when the finish was published. */
  readonly asked: string;
  /** Where the pieces of `errors.csv` are. */
  readonly errors: string;
  /** The header line of `errors.csv`. */
  readonly errorsHead: string;
  /** The bad rows of a part, with their lines in the input. */
  errorsPart(offset: number): string;
  /** Where the inner nodes of both trees of composes are. */
  readonly trees: string;
  /** Where the inner nodes of one tree are. */
  tree(tree: Tree): string;
  node(tree: Tree, level: number, index: number): string;
  /** An object's name below the plan's folder: listings may write what is before it in another way than we do. */
  within(uri: string): string;
}

/** Names the working objects of a plan below a job's folder. */
export function toWorkNames(root: string, planId: string): WorkNames {
  const work = `${root}/${planId}`;
  const level = (of: number): string => `${work}/m/${of}/`;
  const group = (of: number, index: number): string => `${level(of)}${toIndex(index)}/`;
  return {
    data: `${work}/d/`,
    records: `${work}/p/`,
    record: (offset) => `${work}/p/${toOffset(offset)}.json`,
    markers: `${work}/m/`,
    level,
    group,
    marker: (of, index) => `${group(of, Math.floor(index / FAN))}${toIndex(index)}`,
    asked: `${work}/asked`,
    errors: `${work}/e/`,
    errorsHead: `${work}/e/head.csv`,
    errorsPart: (offset) => `${work}/e/${toOffset(offset)}.csv`,
    trees: `${work}/t/`,
    tree: (tree) => `${work}/t/${tree}/`,
    node: (tree, of, index) => `${work}/t/${tree}/${of}/${toIndex(index)}`,
    within: (uri) => uri.slice(uri.lastIndexOf(`/${planId}/`) + planId.length + 2),
  };
}

/** A byte's place in the input as names have it: 16 digits, so that names ascend with places. */
export function toOffset(offset: number): string {
  return String(offset).padStart(16, '0');
}

/** The name of a part's data, without its ending. Every attempt at a part has its own uuid, so none meets another's. */
export function toDataName(offset: number, uuid: string): string {
  return `${toOffset(offset)}-${uuid}`;
}

function toIndex(index: number): string {
  return String(index).padStart(8, '0');
}
