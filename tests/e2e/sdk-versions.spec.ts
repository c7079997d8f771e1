// A deployment takes the old files away. A page may then have an old script from a cache, or a new script may meet a server that
// has the old files still: nothing surfaces, nothing is lost, and the next page is whole again.
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "./support/sdk_page.ts";

const call = (name: string, ...args: unknown[]) =>
  `milepost(${[name, ...args].map((it) => JSON.stringify(it)).join(",")});`;

/** The same build under the next version: another content, and other names by content. */
async function nextVersion(dist: string): Promise<{ folder: string; version: string; next: string }> {
  const folder = await mkdtemp(join(tmpdir(), "milepost-next-"));
  await cp(dist, folder, { recursive: true });
  const names = (await readdir(folder)).filter((it) => /-\w{8}\.(js|wasm)$/.test(it));
  const [, version] = /"version":"(\d+\.\d+\.\d+)"/.exec((await readFile(join(folder, names.find((it) => it.endsWith(".wasm")) ?? ""), "latin1"))) ?? [];
  if (!version) throw new Error("no module in sdk/dist says its version");
  const next = version.replace(/\d$/, (it) => String((Number(it) + 1) % 10));
  const renamed = (name: string) => name.replace(/-\w{8}\./, (it) => `-${[...it.slice(1, -1)].reverse().join("")}.`);
  for (const name of [...names, "sdk.js", "sdk-lite.js"]) {
    let text = (await readFile(join(folder, name), "latin1")).replaceAll(version, next);
    for (const it of names) text = text.replaceAll(it, renamed(it));
    await rm(join(folder, name));
    await writeFile(join(folder, renamed(name)), text, "latin1");
  }
  return { folder, version, next };
}

const versions = (messages: { context: object }[]) =>
  messages.map((it) => (it.context as { library: { version: string } }).library.version);

for (const [what, script] of [
  ["an old script meets new files", "old"],
  ["a new script meets old files", "new"],
] as const) {
  test(`${what}: its calls arrive with the next page`, async ({ sdk, page }) => {
    sdk.expectedErrors.push(/Failed to load resource/);
    const old = sdk.dist;
    const { folder, version, next } = await nextVersion(old);
    const scriptOf = async (dist: string) => readFile(join(dist, "sdk.js"));
    const [mine, theirs] = script === "old" ? [old, folder] : [folder, old];
    const cached = await scriptOf(mine);
    sdk.dist = theirs;
    sdk.tamper = (file) => (file === "sdk.js" ? { body: cached } : {});
    await sdk.open({ before: call("identify", "user-1") + call("track", "Early") });
    await expect.poll(() => sdk.requests.some((it) => it.includes("/sdk-rescue-"))).toBe(true);
    await page.evaluate(call("track", "Later"));
    await sdk.leave();
    expect(sdk.batches).toEqual([]);

    // The script is fresh again.
    sdk.tamper = () => ({});
    await sdk.open({ before: call("track", "Whole") });
    await sdk.expectSent((it) => it.event === "Later");
    await sdk.expectSent((it) => it.event === "Whole");
    expect(sdk.events("Early")[0]).toMatchObject({ userId: "user-1" });
    const expected = script === "old" ? next : version;
    expect(new Set(versions(sdk.messages))).toEqual(new Set([expected]));
    await rm(folder, { recursive: true });
  });
}

test("an old script that has its own files still works beside a new collector, and the new one goes on where it was", async ({ sdk }) => {
  const old = sdk.dist;
  const { folder, version, next } = await nextVersion(old);
  await sdk.open({ before: call("identify", "user-1") + call("track", "Old") });
  await sdk.expectSent((it) => it.event === "Old");
  await sdk.leave();
  sdk.dist = folder;
  await sdk.open({ before: call("track", "New") });
  const [later] = await sdk.expectSent((it) => it.event === "New");
  const [earlier] = sdk.events("Old");
  expect(later).toMatchObject({ userId: "user-1", anonymousId: earlier?.anonymousId });
  expect([version, next]).toEqual(versions([earlier, later].flatMap((it) => it ?? [])));
  await rm(folder, { recursive: true });
});
