// What one observation costs in a real browser: the time inside the module, per call, from a number to the end of
// everything that followed from it. Real ones are gathered from a page in use, then given again, many times.
// Everything is on: a model, a recording, every sign of hesitation. Run after `cargo xtask wasm`:
//
//   node tests/bench/observe.mjs
//
// Chromium slows a page down by stopping it for milliseconds at a time, so single calls cannot be timed then: of the slow
// page the mean is shown, of the page at full speed the distribution.
import { chromium } from 'playwright-core';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import milepost from './peerbench-milepost.mjs';

/** The loader's number for what was seen: `sdk/loader/signal.js`. */
const OBSERVED = 11;
const CALLS = 20_000;

const dist = join(import.meta.dirname, '../../sdk/dist');
const files = Object.fromEntries(readdirSync(dist).map((it) => [`/${it}`, readFileSync(join(dist, it))]));
const config = milepost.stubs[0].reply();

/** Keeps what the edge says to the module, before anything else runs. */
const PROBE = `
  window.seen = [];
  WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
    construct(target, given) {
      const { exports } = new target(...given);
      const heard = {};
      for (const name in exports) {
        const inner = exports[name];
        heard[name] = typeof inner !== 'function' ? inner : (...args) => {
          if (args[0] === ${OBSERVED}) { seen.push(args); window.tell = inner; }
          return inner(...args);
        };
      }
      return { exports: heard };
    },
  });`;

const PAGE = `<!doctype html><html lang="en"><title>Bench</title><link rel="icon" href="data:,">
<script>${PROBE}</script>${milepost.html({ vendor: '' })}
<body style="height:4000px"><form><label>Name <input id="name"></label><button type="button" id="act">Act</button></form><p id="out"></p>
<script>act.onclick = () => { out.textContent += '.'; };</script></body></html>`;

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  const isPage = pathname === '/';
  const body = isPage ? PAGE : pathname.startsWith('/v1/config/') ? config : (files[pathname] ?? '{}');
  const type = isPage ? 'text/html' : pathname.endsWith('.js') ? 'text/javascript' : pathname.endsWith('.wasm') ? 'application/wasm' : 'text/plain';
  response.writeHead(200, {
    'content-type': type,
    // With these the browser's clock is fine enough (5 µs).
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
  });
  response.end(body);
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-quic'],
});
try {
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  // The page is watched from the moment its config is there.
  for (let step = 0; (await page.evaluate(() => seen.length)) === 0; step++) await page.mouse.move(50 + (step % 9), 50);
  for (let round = 0; round < 30; round++) {
    for (let step = 0; step < 5; step++) await page.mouse.move(100 + 40 * step, 100 + ((round * 37 + step * 53) % 400));
    await page.mouse.wheel(0, round % 4 < 2 ? 300 : -300);
    await page.click('#act');
    await page.click('#name');
    await page.keyboard.type('ab');
  }
  const devtools = await page.context().newCDPSession(page);
  for (const rate of [1, 4]) {
    await devtools.send('Emulation.setCPUThrottlingRate', { rate });
    const spent = await page.evaluate((calls) => {
      const known = [...seen];
      const spent = [];
      for (let at = 0; at < calls; at++) {
        const from = performance.now();
        tell(...known[at % known.length]);
        spent.push((performance.now() - from) * 1_000);
      }
      return spent;
    }, CALLS);
    spent.sort((a, b) => a - b);
    const at = (share) => Math.round(spent[Math.min(spent.length - 1, Math.floor(spent.length * share))]);
    const mean = spent.reduce((sum, it) => sum + it, 0) / spent.length;
    const tail = rate === 1 ? `, median ${at(0.5)} µs, p99 ${at(0.99)} µs, p99.9 ${at(0.999)} µs` : '';
    console.log(`CPU slowed down ${rate} times: mean ${mean.toFixed(1)} µs${tail} (${CALLS} observations)`);
  }
} finally {
  await browser.close();
  server.close();
}
