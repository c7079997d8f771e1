// How long a message is at the mercy of a kill: from the call that keeps it to the browser's word that it is kept.
// One call a task, then a hundred in one task, in a real Chromium; prints one table.
//
//   node tests/bench/outbox.mjs
import { chromium } from '@playwright/test';
import { buildSync } from 'esbuild';
import { createServer } from 'node:http';
import { join } from 'node:path';

const ROUNDS = 300;
const BATCH = 100;

const { outputFiles } = buildSync({
  entryPoints: [join(import.meta.dirname, '../../sdk/loader/outbox-store.js')],
  bundle: true, write: false, format: 'iife', globalName: 'outbox',
});
const server = createServer((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>'));
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const browser = await chromium.launch({
  executablePath: process.env.MILEPOST_CHROMIUM ?? '/usr/bin/chromium',
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
const page = await browser.newPage();
await page.goto(`http://127.0.0.1:${server.address().port}/`);
await page.addScriptTag({ content: outputFiles[0].text });
const measured = await page.evaluate(async ([rounds, batch]) => {
  const { transaction } = IDBDatabase.prototype;
  let completed;
  IDBDatabase.prototype.transaction = function (...how) {
    const it = transaction.apply(this, how);
    it.addEventListener('complete', () => completed?.(performance.now()));
    return it;
  };
  const store = outbox.outboxStore('milepost:bench');
  await store.open();
  const text = JSON.stringify({ type: 'track', event: 'Saved', properties: { text: 'x'.repeat(400) } });
  const round = async (count, at) => {
    const ended = new Promise((done) => (completed = done));
    const begun = performance.now();
    for (let n = 0; n < count; n++) store.put({ key: `${at}-${n}`, class: 1, text });
    const called = performance.now();
    return [(await ended) - begun, called - begun];
  };
  const series = async (count, rounds) => {
    const all = [];
    for (let at = 0; at < rounds; at++) {
      all.push(await round(count, `${count}-${at}`));
      await new Promise((done) => setTimeout(done, 5));
    }
    return all;
  };
  return [await series(1, rounds), await series(batch, rounds / 5)];
}, [ROUNDS, BATCH]);
await browser.close();
server.close();

const at = (list, share) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * share))].toFixed(2);
console.log('| calls in one task | kept after, p50 | p99 | of that in the calls, p50 |');
console.log('|---:|---:|---:|---:|');
for (const [count, rounds] of [[1, measured[0]], [BATCH, measured[1]]]) {
  const [kept, called] = [0, 1].map((part) => rounds.map((it) => it[part]));
  console.log(`| ${count} | ${at(kept, 0.5)} ms | ${at(kept, 0.99)} ms | ${at(called, 0.5)} ms |`);
}
