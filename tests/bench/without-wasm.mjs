// What a page pays that forbids wasm: time until the SDK is ready, and heap, as wasm and as translated.
//     node tests/bench/without-wasm.mjs [runs]
// `sdk/dist` must be built; nothing but loopback is used, so times are of compiling and running, not of a network.
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const dist = join(import.meta.dirname, '../../sdk/dist');
const RUNS = Number(process.argv[2] ?? 7);

const STRICT = "script-src 'nonce-n' 'strict-dynamic'; require-trusted-types-for 'script'";
const WITH_WASM = STRICT.replace("'strict-dynamic'", "'strict-dynamic' 'wasm-unsafe-eval'");

let policy = STRICT;
const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, 'http://a');
  if (pathname === '/') {
    response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy });
    response.end(`<!doctype html><link rel="icon" href="data:,"><script nonce="n">
      window.milepost=function(){(milepost.q=milepost.q||[]).push(arguments)};
      milepost('on','ready',()=>{window.readyMs=performance.now()-window.beganMs});window.beganMs=performance.now()</script>
      <script nonce="n" src="/${process.env.EDITION ?? 'sdk-lite'}.js" data-key="k"></script>`);
  } else if (pathname.startsWith('/v1/config/')) response.end('milepost\t1\n');
  else if (pathname.startsWith('/v1/')) response.end('{}');
  else {
    const type = pathname.endsWith('.wasm') ? 'application/wasm' : 'text/javascript';
    response.writeHead(200, { 'content-type': type }).end(readFileSync(join(dist, pathname)));
  }
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const url = `http://127.0.0.1:${server.address().port}/`;
const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
const browser = await chromium.launch({ executablePath: process.env.MILEPOST_CHROMIUM ?? '/usr/bin/chromium', args: [...root, '--js-flags=--expose-gc'] });

const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
console.log('| | CPU | ready after | heap of the page |\n|---|---|---:|---:|');
// Alternating, so that whatever else the machine does falls on both.
const seen = new Map();
for (let run = 0; run < RUNS; run++) {
  for (const rate of [1, 4]) {
    for (const [name, itsPolicy] of [['wasm', WITH_WASM], ['translated', STRICT]]) {
      policy = itsPolicy;
      // A context of its own has no compiled code from before.
      const context = await browser.newContext();
      const page = await context.newPage();
      const session = await context.newCDPSession(page);
      await session.send('Emulation.setCPUThrottlingRate', { rate });
      await page.goto(url);
      await page.waitForFunction('window.readyMs', undefined, { polling: 50 });
      await session.send('HeapProfiler.collectGarbage');
      const { usedSize, backingStorageSize = 0 } = await session.send('Runtime.getHeapUsage');
      const at = `${name}|${rate}`;
      seen.set(at, [...(seen.get(at) ?? []), { ready: await page.evaluate('window.readyMs'), heap: (usedSize + backingStorageSize) / 1024 }]);
      await context.close();
    }
  }
}
for (const [at, all] of seen) {
  const [name, rate] = at.split('|');
  console.log(`| ${name} | ${rate === '1' ? 'full speed' : 'slowed four times'} | ${median(all.map((it) => it.ready)).toFixed(0)} ms | ${median(all.map((it) => it.heap)).toFixed(0)} KB |`);
}
await browser.close();
server.close();
