import { ASK } from './browser/ask.ts';
import { CSV } from './browser/csv.ts';
import { FILE } from './browser/file.ts';
import { FORM } from './browser/form.ts';
import { PREDICTION } from './browser/prediction.ts';

/**
 * What the page runs in a browser. It is text, the same for every model: so the build joins it like any module, and
 * its hash is known before a page is made. What it needs of the model stands in the page as JSON.
 */
export const SCRIPT = `'use strict';\n(() => {${[ASK, PREDICTION, FORM, CSV, FILE].join('')}})();\n`;
