// Milepost beside its peers: an adapter for the benchmark that loads SDKs one at a time into the same page.
// The page has a model of hesitation, so every detector is on; recording, which few sessions are chosen for, is off.
//
//   cargo xtask wasm
//   node <peerbench>/run.mjs --adapter tests/bench/peerbench-milepost.mjs --only milepost,posthog --suite passive --reps 3
import { buildSync } from 'esbuild';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;
const dist = join(here, '../../sdk/dist');
const support = join(here, '../e2e/support');

/** The tests' own models, in the language that Node runs. */
const { outputFiles } = buildSync({
  stdin: { contents: "export { QUICK, WEIGHTS } from './usual_page.ts'; export { configOf } from './hesitation_model.ts';", resolveDir: support },
  bundle: true, write: false, format: 'esm', platform: 'node',
  define: { 'import.meta.dirname': JSON.stringify(support) },
});
const { configOf, QUICK, WEIGHTS } = await import('data:text/javascript,' + encodeURIComponent(outputFiles[0].text));

// Nobody is asked: drawing the question is not what is measured here.
const config = configOf({
  bias: -4000, askAt: 99_000, hintAt: 99_000, weights: WEIGHTS,
  pages: [{ page: '*', curves: QUICK }, { page: '/', curves: QUICK }],
});

export default {
  name: 'milepost',
  files: () => Object.fromEntries(readdirSync(dist).filter((it) => /\.(js|wasm)$/.test(it)).map((it) => [`/${it}`, readFileSync(join(dist, it))])),
  html: ({ vendor }) => `<script>window.milepost=window.milepost||function(){(milepost.q=milepost.q||[]).push(arguments)}</script>
    <script async src="${vendor}/sdk.js" data-key="wk_bench"></script>`,
  init: () => new Promise((done) => milepost('on', 'ready', done)),
  capture: (name, props) => milepost('track', name, props),
  stubs: [
    { path: /^\/v1\/config\//, type: 'text/plain', reply: () => config },
    { path: /^\/v1\/batch/, events: true, reply: () => ({}) },
  ],
};
