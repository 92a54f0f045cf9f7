import type { PageModel } from './describe.ts';
import type { Field } from './fields.ts';
import { escapeText, toAttributes, toScriptJson } from './markup.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';

/** The page to try a model, whole: it asks for nothing but predictions. */
export function toPage(model: PageModel): string {
  const { name, version, digest } = model.identity;
  const description = model.description === '' ? '' : `<p><bdi>${escapeText(model.description)}</bdi></p>`;
  return toDocument(
    name,
    `<header>
<h1><bdi>${escapeText(name)}</bdi></h1>
<p class="soft">Version <bdi>${escapeText(version)}</bdi>, digest <code>${escapeText(digest)}</code></p>
${description}
<noscript><p class="failed">This page needs JavaScript. Predictions are asked for with POST.</p></noscript>
<p id="swapped" class="failed" role="status" hidden="hidden">Another model is served by now: reload the page for its form.</p>
</header>
<main>
<section aria-labelledby="try">
<h2 id="try">Try one row</h2>
<form id="form" novalidate="novalidate" autocomplete="off">
<div class="fields">
${model.fields.map(toFieldMarkup).join('\n')}
</div>
<button class="main-action" type="submit">Predict</button>
</form>
</section>
<div>
<section aria-labelledby="prediction">
<h2 id="prediction">Prediction</h2>
<div id="result" aria-live="polite"><p class="soft">None yet.</p></div>
</section>
</div>
<section class="file" aria-labelledby="score-file">
<h2 id="score-file">Score a file</h2>
<div id="drop" class="drop">
<label for="file">A CSV file: drop it here, or choose one</label>
<input id="file" type="file" accept=".csv,text/csv"/>
</div>
<div id="file-result" aria-live="polite"></div>
</section>
<section class="file" aria-labelledby="same">
<h2 id="same">The same from a program</h2>
${toLines('curl', 'From a shell')}
${toLines('json', 'The JSON that is sent')}
</section>
</main>
<script type="application/json" id="model">${toScriptJson(toFacts(model))}</script>
<script>${SCRIPT}</script>`,
  );
}

/** The page in place of a model that isn't there. @param reason why not, a sentence or more */
export function toNotReadyPage(reason: string): string {
  return toDocument(
    'Not ready',
    `<header>
<h1>The model is not ready</h1>
</header>
<main>
<section class="file">
<p role="alert">${escapeText(reason)}</p>
<p><a class="button" href="">Reload the page</a></p>
</section>
</main>`,
  );
}

function toDocument(title: string, body: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<title>${escapeText(title)} – Scorestream</title>
<link rel="icon" href="data:,"/>
<style>${STYLE}</style>
</head>
<body>
${body}
</body>
</html>
`;
}

function toFieldMarkup({ name, kind, hint, toControl }: Field, index: number): string {
  const id = `field-${index}`;
  const [hintId, problemId] = [`hint-${index}`, `problem-${index}`];
  const described = hint === '' ? problemId : `${hintId} ${problemId}`;
  const label = kind === 'instance' ? 'The row' : `<bdi>${escapeText(name)}</bdi>`;
  const told = hint === '' ? '' : `<p class="hint" id="${hintId}">${escapeText(hint)}</p>`;
  return `<div${toAttributes({ class: kind === 'instance' ? 'wide' : undefined })}>
<label for="${id}">${label}</label>
${toControl({ id, 'aria-describedby': described })}
${told}<p class="problem" id="${problemId}" hidden="hidden"></p>
</div>`;
}

function toLines(id: string, title: string): string {
  return `<div class="code-head">
<h3 id="${id}-title">${title}</h3>
<span><span id="${id}-copied" class="soft" role="status"></span> <button type="button" data-copies="${id}" aria-label="Copy: ${title}">Copy</button></span>
</div>
<pre id="${id}" tabindex="0" role="region" aria-labelledby="${id}-title"></pre>`;
}

/** What the script needs of the model. */
function toFacts({ identity, fields, instance, output }: PageModel): object {
  return {
    digest: identity.digest,
    instance,
    fields: fields.map(({ name, kind, mayMiss }) => ({ name, kind, mayMiss })),
    output,
  };
}
