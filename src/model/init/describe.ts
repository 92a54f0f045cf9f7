import type { BareModel } from './bare.ts';
import type { FirstManifest, InitOptions } from './init.ts';

/** Makes the first manifest of a bare model; see `makeFirstManifest`. */
export type DescribeModel = (bare: BareModel, options: InitOptions) => Promise<FirstManifest>;
