// Milepost beside its peers when it asks an NPS question: an adapter for the benchmark that loads SDKs one at a time into
// the same page. The edition is the one of a project without a detector; config and lease are a real collector's.
//
// The question is shown by `milepost("ask", "nps")`, as the vendor's code would: looked at with the call, under a lease, and
// spared the pause and the half minute after load that a survey which comes up by itself waits for. `[budget]` lets it come
// in a first session, because every load here is one.
//
//   cargo xtask wasm && cargo build -p milepost
//   node <peerbench>/run.mjs --adapter tests/bench/peerbench-survey.mjs --only milepost-survey,posthog,formbricks --suite size
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const dist = join(root, 'sdk/dist');
const milepost = process.env.MILEPOST_BIN ?? join(root, 'target/debug/milepost');

/** The question that the peers ask: one scale, its ends, thanks. */
const DEFINITIONS = `
[project]
name = "Bench"
[[key]]
id = "wk_bench"
kind = "browser"
origins = ["*"]
[budget]
first_session = true
[[survey]]
id = "nps"
sample = "100%"
[[survey.step]]
id = "score"
kind = "nps"
title = "How likely are you to recommend us?"
low = "Not likely"
high = "Very likely"
[[survey.step]]
id = "thanks"
kind = "thanks"
title = "Thank you!"
`;

const freePort = () => new Promise((done) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => done(port));
  });
});

/** What a collector answers a page: its config, and the lease of the question. */
async function answers() {
  const folder = mkdtempSync(join(tmpdir(), 'milepost-bench-'));
  writeFileSync(join(folder, 'milepost.toml'), DEFINITIONS);
  const url = `http://127.0.0.1:${await freePort()}`;
  const collector = spawn(milepost, ['serve', '--config', join(folder, 'milepost.toml'), '--data', join(folder, 'data'), '--listen', new URL(url).host], { stdio: 'ignore' });
  const ended = new Promise((done) => collector.once('exit', done));
  try {
    for (let tries = 0; tries < 200; tries++) {
      if (await fetch(`${url}/readyz`).then((it) => it.ok, () => false)) break;
      await new Promise((done) => setTimeout(done, 50));
    }
    const text = async (path, body) => (await fetch(url + path, body && { method: 'POST', body: JSON.stringify(body) })).text();
    const asking = { writeKey: 'wk_bench', anonymousId: 'bench', sessionId: 'bench', sessions: 1, prompt: 'nps', kind: 'popover', trigger: 'code', language: 'en', page: '/' };
    return { config: await text('/v1/config/wk_bench'), lease: await text('/v1/lease', asking) };
  } finally {
    collector.kill();
    await ended;
    rmSync(folder, { recursive: true });
  }
}

const { config, lease } = await answers();
if (!lease.startsWith('lease\tgranted')) throw new Error(`the collector grants no lease: ${lease}`);

export default {
  name: 'milepost-survey',
  files: () => Object.fromEntries([
    ['/sdk.js', readFileSync(join(dist, 'sdk-lite.js'))],
    ...readdirSync(dist).filter((it) => /^sdk-.*\.(js|wasm)$/.test(it)).map((it) => [`/${it}`, readFileSync(join(dist, it))]),
  ]),
  // Our shadow roots are closed; open ones let the benchmark see the question, and cost the same.
  html: ({ vendor }) => `<script>{const attach=Element.prototype.attachShadow;Element.prototype.attachShadow=function(init){return attach.call(this,{...init,mode:'open'})}}</script>
    <script>window.milepost=window.milepost||function(){(milepost.q=milepost.q||[]).push(arguments)}</script>
    <script async src="${vendor}/sdk.js" data-key="wk_bench"></script>`,
  init: () => new Promise((done) => milepost('on', 'ready', done)),
  capture: (name, props) => milepost('track', name, props),
  ui: { kind: 'survey', show: () => milepost('ask', 'nps'), visible: () => PB.shown('.panel input') },
  stubs: [
    { path: /^\/v1\/config\//, type: 'text/plain', reply: () => config },
    { path: /^\/v1\/lease/, type: 'text/plain', reply: () => lease },
    { path: /^\/v1\/batch/, events: true, reply: () => ({}) },
  ],
};
